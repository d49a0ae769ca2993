import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { patienceMs } from '../support/until.ts';

// The board as operators have it: a real browser on the real stack. `npm run test:browser`, since not everybody has one.
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM'] ?? places.find((place) => existsSync(place));
if (!executablePath) throw new Error('no Chromium found: CHROMIUM says where one is');

const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('the board in a browser', () => {
  let service: Service;
  let browser: Browser;
  /** Every URL that a page requested, and every error of the browser. */
  const asked: string[] = [];
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    // Escalated after a second, and not read again within an hour unless a person asks.
    service = await startService({ account: 'pending: { recheck: [1h], escalate: [1s, 1h, 2h] }' });
    browser = await chromium.launch({ executablePath, args });
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ baseURL: service.url, ...options });
    contexts.push(context);
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return page;
  }

  async function signedIn(person: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const page = await newPage(options);
    await page.goto('/ops');
    await page.getByLabel('Your name').fill(person);
    await page.getByLabel('API key').fill('shop-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  async function pendingOrder(reference: string): Promise<string> {
    const session = await service.openSession();
    await service.register(session, { reference });
    await service.act(session, 'complete');
    return session;
  }

  async function stuckOrder(reference: string): Promise<string> {
    const session = await pendingOrder(reference);
    await service.until(session, ({ escalation }) => escalation !== null);
    return session;
  }

  const rowOf = (page: Page, session: string) => page.locator(`tr[data-row="${orderIdOf(session)}"]`);
  const orderPath = (session: string) => `/ops/orders/${encodeURIComponent(orderIdOf(session))}`;
  const board = (page: Page) => page.locator('#board');
  const done = (page: Page) => page.locator('.notice.done');

  async function listed(page: Page, session: string): Promise<Locator> {
    const row = rowOf(page, session);
    await row.waitFor();
    return row;
  }

  async function personLines(session: string): Promise<string[]> {
    return (await service.timeline(session))
      .filter(({ kind }) => kind === 'person')
      .map(({ summary }) => summary);
  }

  /** Ends what a test has left stuck, so that the next one starts from an empty board. */
  async function clear(...sessions: readonly string[]): Promise<void> {
    await Promise.all(
      sessions.map(async (session) => {
        await service.act(session, 'approve');
        await service.until(session, ({ escalation }) => escalation === null);
      }),
    );
  }

  test('an order gets stuck and appears by itself; it is acknowledged, snoozed and resolved', async () => {
    const page = await signedIn('ada');
    await page.getByText('Nothing is stuck: no escalation is open.').waitFor();
    const session = await pendingOrder('first-1');
    const row = await listed(page, session);
    await page.locator('#news', { hasText: '1 new' }).waitFor({ state: 'attached' });
    expect(await row.innerText()).toMatch(/first-1[\s\S]*pending[\s\S]*level 1[\s\S]*open[\s\S]*300\.00 SEK/);
    expect(await page.locator('#live').innerText()).toMatch(/^Live · \d\d:\d\d:\d\d UTC$/);

    await row.getByRole('link', { name: 'first-1' }).click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await done(page).waitFor();
    await board(page).getByText('✓ acknowledged').waitFor();
    await page.getByText('ada acknowledged the escalation: on it').waitFor();

    await page.getByRole('textbox', { name: 'Reason' }).fill('asked the bank');
    await page.getByLabel('Snooze').selectOption('4h');
    await page.getByRole('button', { name: 'Snooze' }).click();
    await done(page).waitFor();
    await board(page).getByText('☾ snoozed').waitFor();
    await page.getByText('Snoozed until').waitFor();

    await page.getByRole('textbox', { name: 'Reason' }).fill('goods kept back');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await done(page).waitFor();
    await board(page).getByText('◐ resolved, still holding').waitFor();
    await page.getByText('Resolved by').waitFor();

    await page.getByRole('textbox', { name: 'Reason' }).fill('they were shipped');
    await page.getByRole('button', { name: 'Reopen' }).click();
    await done(page).waitFor();
    await board(page).getByText('○ open').waitFor();
    await page.getByRole('textbox', { name: 'Reason' }).fill('and came back');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await board(page).getByText('◐ resolved, still holding').waitFor();
    await page.getByRole('link', { name: 'Stuck payments' }).click();
    await rowOf(page, session).waitFor({ state: 'detached' });
    await page.getByLabel('State').selectOption('resolved, still holding');
    await page.getByRole('button', { name: 'Show' }).click();
    await rowOf(page, session).waitFor();
    expect(await personLines(session)).toEqual([
      'ada acknowledged the escalation: on it',
      expect.stringMatching(/^ada snoozed the escalation until .*: asked the bank$/),
      'ada resolved the escalation: goods kept back',
      'ada reopened the escalation: they were shipped',
      'ada resolved the escalation: and came back',
    ]);
  });

  test('an order that its provider approves leaves the board by itself', async () => {
    const session = await stuckOrder('leaves-1');
    const page = await signedIn('ada');
    await listed(page, session);
    await service.act(session, 'approve');
    await rowOf(page, session).waitFor({ state: 'detached' });
    await page.locator('#news', { hasText: '1 gone' }).waitFor({ state: 'attached' });
    await page.getByText('Nothing is stuck: no escalation is open.').waitFor();
  });

  test('of two operators who act at once one wins, and the other sees who and when', async () => {
    const session = await stuckOrder('contested-1');
    const pages = await Promise.all(['ada', 'kim'].map((person) => signedIn(person)));
    await Promise.all(
      pages.map(async (page) => {
        await page.goto(orderPath(session));
        await page.getByText('○ open').waitFor();
      }),
    );
    await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Acknowledge' }).click()));
    const said = await Promise.all(pages.map((page) => page.locator('.notice').first().innerText()));
    const [winner, loser] = said[0]!.includes('1 order acknowledged') ? ['ada', 'kim'] : ['kim', 'ada'];
    expect(said.filter((text) => text.includes('1 order acknowledged'))).toHaveLength(1);
    const lost = said.find((text) => !text.includes('1 order acknowledged'));
    expect(lost).toMatch(new RegExp(`^${winner} acknowledged it at \\d{4}-.*Z\\. Nothing was changed`));
    expect(lost).toContain('already_acknowledged');
    expect(await personLines(session)).toEqual([
      `${winner} acknowledged the escalation: on it`,
      expect.stringContaining(
        `${loser} wanted to acknowledge the escalation, too late: ${winner} acknowledged it at`,
      ),
    ]);
    // The page of the slower operator shows the current state.
    for (const page of pages) await board(page).getByText('✓ acknowledged').waitFor();
    await clear(session);
  });

  test('a second click on the same button counts once', async () => {
    const session = await stuckOrder('twice-1');
    const page = await signedIn('ada');
    await page.goto(orderPath(session));
    const form = await page
      .locator('#board form')
      .evaluate((element) => Object.fromEntries(new FormData(element as never)) as Record<string, string>);
    const send = () => page.request.post(`${orderPath(session)}/acknowledge`, { form, maxRedirects: 0 });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map((answer) => answer.status())).toEqual([303, 303]);
    expect(await personLines(session)).toEqual(['ada acknowledged the escalation: on it']);
    await clear(session);
  });

  test('a hundred orders that an outage has left are rechecked together when it is over', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 100 }, (_, index) => stuckOrder(`outage-${index}`)),
    );
    // A page holds a hundred: the youngest is on the next one.
    const other = await stuckOrder('outage-not-selected');
    await service.control('PUT', '/faults', [{ kind: 'status', status: 503, times: 'forever' }]);
    // The provider approves, and sends no hook.
    for (const session of sessions) await service.act(session, 'approve', { hooks: false });
    const page = await signedIn('ada');
    await page.getByRole('heading', { name: '101 stuck' }).waitFor();
    for (const session of sessions) await listed(page, session);
    await service.control('DELETE', '/faults');

    await page.getByLabel('Select all on this page').check();
    await page.getByText('100 selected').waitFor();
    await page.getByRole('button', { name: 'Recheck now' }).click();
    await page.getByText('100 orders asked to recheck.').waitFor();
    for (const session of sessions) await rowOf(page, session).waitFor({ state: 'detached' });
    await rowOf(page, other).waitFor();
    expect(await personLines(sessions[0]!)).toEqual(['ada asked for a recheck']);
    expect(await personLines(other)).toEqual([]);
    await clear(other);
  });

  test('a half-filled form survives the updates of the page', async () => {
    const session = await stuckOrder('kept-1');
    const page = await signedIn('ada');
    const row = await listed(page, session);
    await row.getByRole('checkbox').check();
    await page.getByRole('textbox', { name: 'Reason' }).fill('half a sen');
    const later = await stuckOrder('kept-2');
    await listed(page, later);
    expect(await page.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('half a sen');
    expect(
      await page
        .getByRole('textbox', { name: 'Reason' })
        .evaluate((input) => input === input.ownerDocument.activeElement),
    ).toBe(true);
    expect(await row.getByRole('checkbox').isChecked()).toBe(true);
    expect(await rowOf(page, later).getByRole('checkbox').isChecked()).toBe(false);
    await page.keyboard.type('tence');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('1 order resolved.').waitFor();
    expect(await personLines(session)).toEqual(['ada resolved the escalation: half a sentence']);
    await clear(later);
  });

  test('without scripts a selection works too, and each refusal says who was faster and when', async () => {
    const sessions = [await stuckOrder('plain-1'), await stuckOrder('plain-2')];
    const board = await signedIn('kim');
    for (const session of sessions) await listed(board, session);
    const page = await signedIn('ada', { javaScriptEnabled: false });
    for (const session of sessions) await rowOf(page, session).getByRole('checkbox').check();
    const [first, second] = sessions as [string, string];
    const path = `/v1/orders/${orderIdOf(first)}/escalation/acknowledge`;
    expect((await service.call('POST', path, { by: 'kim', reason: 'mine' })).status).toBe(200);

    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const result = page.getByRole('alert', { name: 'Result' });
    expect(await result.innerText()).toMatch(
      /1 order acknowledged\. 1 refused[\s\S]*kim acknowledged it at \d{4}-/,
    );
    expect(await result.getByRole('link').innerText()).toBe(orderIdOf(first));
    expect(await personLines(second)).toEqual(['ada acknowledged the escalation: on it']);

    await page.goto(orderPath(second));
    await page.getByRole('button', { name: 'Recheck now' }).click();
    expect(await done(page).innerText()).toBe('1 order asked to recheck.');
    await page.goto(orderPath(second));
    expect(await done(page).count()).toBe(0);
    await clear(...sessions);
  });

  test('a page that cannot reach the server says since when it is not live', async () => {
    const page = await signedIn('ada');
    const live = page.locator('#live');
    await live.filter({ hasText: 'Live ·' }).waitFor();
    await page.context().setOffline(true);
    await live.filter({ hasText: /^Not live since \d\d:\d\d:\d\d UTC$/ }).waitFor();
    await page.locator('#news', { hasText: 'Live updates have stopped' }).waitFor({ state: 'attached' });
    await page.context().setOffline(false);
    await live.filter({ hasText: 'Live ·' }).waitFor();
    complaints.splice(0); // the browser's own, about the network
  });

  test('a hostile reference is text and nothing else', async () => {
    const reference = `<img src=x onerror=alert(1)>\u202e[a](javascript:alert(1))`;
    const session = await stuckOrder(reference);
    const page = await signedIn('<b>ada</b>');
    await listed(page, session);
    for (const path of ['/ops', orderPath(session)]) {
      await page.goto(path);
      await board(page)
        .getByText('<img src=x onerror=alert(1)>⟨U+202E⟩[a](javascript:alert(1))')
        .first()
        .waitFor();
      expect(await page.locator('img, b').count()).toBe(0);
    }
    await clear(session);
  });

  test('an order’s page works without a worker', async () => {
    const session = await stuckOrder('unattended-1');
    const page = await signedIn('ada');
    await service.stopWorker();
    await page.goto(orderPath(session));
    await page.getByText('No worker answers').waitFor();
    await board(page).getByText('level 1').waitFor();
    await service.startWorker();
    await page.getByText('No worker answers').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await clear(session);
  });

  test('everything can be done by the keyboard alone', async () => {
    const session = await stuckOrder('keys-1');
    const page = await newPage();
    await page.goto('/ops');
    await tabTo(page, page.getByLabel('Your name'));
    await page.keyboard.type('ada');
    await tabTo(page, page.getByLabel('API key'));
    await page.keyboard.type('shop-key');
    await page.keyboard.press('Enter');
    const row = await listed(page, session);
    await tabTo(page, page.getByRole('link', { name: 'Skip to the content' }));
    await page.keyboard.press('Enter');
    await tabTo(page, row.getByRole('checkbox'));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByRole('textbox', { name: 'Reason' }), 'Shift+Tab');
    await page.keyboard.type('by hand');
    await page.keyboard.press('Enter');
    await page.getByText('1 order acknowledged.').waitFor();
    await tabTo(page, page.getByRole('link', { name: 'keys-1' }));
    await page.keyboard.press('Enter');
    await page.getByText('ada acknowledged the escalation: by hand').waitFor();
    await clear(session);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious on any page, %s', async (colorScheme) => {
    const session = await stuckOrder(`axe-${colorScheme}`);
    const signInPage = await newPage({ colorScheme });
    await signInPage.goto('/ops');
    expect(await seriousOn(signInPage)).toEqual([]);
    const page = await signedIn('ada', { colorScheme });
    await listed(page, session);
    expect(await seriousOn(page)).toEqual([]);
    await page.goto(orderPath(session));
    expect(await seriousOn(page)).toEqual([]);
    await page.goto('/ops?q=nothing-of-that-name');
    expect(await seriousOn(page)).toEqual([]);
    await clear(session);
  });

  test('on a phone every page fits its width', async () => {
    const session = await stuckOrder('a-reference-that-is-quite-long-for-a-phone-1000123');
    const phone = { viewport: { width: 320, height: 640 }, isMobile: true };
    const signInPage = await newPage(phone);
    await signInPage.goto('/ops');
    expect(await overflowOf(signInPage)).toBe(0);
    const page = await signedIn('ada', phone);
    await listed(page, session);
    expect(await overflowOf(page)).toBe(0);
    await page.goto(orderPath(session));
    expect(await overflowOf(page)).toBe(0);
    await clear(session);
  });

  test('no page requested anything from another host, and the browser logged no error', () => {
    const elsewhere = asked.filter(
      (url) => !url.startsWith(`${service.url}/ops`) && !url.startsWith('data:'),
    );
    expect(asked.length).toBeGreaterThan(50);
    expect(elsewhere).toEqual([]);
    // Browsers log the answer to a refused action.
    expect(complaints.filter((text) => !/status of 409/.test(text))).toEqual([]);
  });
});

/** Presses the key until the focus is there: by the keyboard alone, or not at all. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error('the keyboard does not lead there');
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds serious or critical, in words. */
async function seriousOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

async function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
