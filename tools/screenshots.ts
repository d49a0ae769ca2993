import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Order } from '../src/domain/order/view.ts';
import { startProcess, type Process } from './process.ts';

// `npm run screenshots`: takes the pictures in docs/images from a demo of its own. Needs Chromium; CHROMIUM is its path.
const root = fileURLToPath(new URL('..', import.meta.url));
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
const viewport = { width: 1400, height: 1000 };
const boardViews = [
  { name: 'board', colorScheme: 'light', viewport: { width: 1400, height: 760 } },
  { name: 'board-dark', colorScheme: 'dark', viewport: { width: 1400, height: 760 } },
  { name: 'board-phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

const demo = startProcess({
  name: 'demo',
  args: ['--import', 'tsx', 'demo/main.ts'],
  env: process.env,
  cwd: root,
  isPrinted: true,
});
try {
  const addresses = await untilPlayed(demo);
  await stickMore(addresses);
  await takeAll(addresses);
} finally {
  await demo.stop();
}

interface Demo {
  readonly api: string;
  readonly sandbox: string;
  /** The URL of the Temporal UI's list of workflows, without a query. */
  readonly list: string;
}

/** Waits until the demo has printed its table, and answers the URLs that it printed. */
async function untilPlayed(started: Process): Promise<Demo> {
  const late = delay(180_000, undefined, { ref: false }).then(() => {
    throw new Error('the demo did not print its table in time');
  });
  await Promise.race([started.until(/Ctrl-C ends all of it/), late]);
  const output = started.output();
  const [, api] = /^api +(\S+)$/m.exec(output) ?? [];
  const [, sandbox] = /^sandbox +(\S+)$/m.exec(output) ?? [];
  const [, list] = /^ +needs attention +([^?\s]+)/m.exec(output) ?? [];
  if (!api || !sandbox || !list) throw new Error('the demo printed no addresses');
  return { api, sandbox, list };
}

async function takeAll({ api, list }: Demo): Promise<void> {
  const stuck = await untilEscalated(api);
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'light' });
    await takeList(page, `${list}?query=${encodeURIComponent('NeedsAttention=true')}`);
    await takeOrder(page, `${list}/${encodeURIComponent(stuck.id)}`);
    await takeDocuments(page, `${api}/docs`);
    await takeBoard(browser, api, stuck.id);
  } finally {
    await browser.close();
  }
}

/** Waits until the demo's stuck order is at level 2. */
async function untilEscalated(api: string): Promise<Order> {
  const deadline = AbortSignal.timeout(60_000);
  for (;;) {
    const response = await fetch(`${api}/v1/escalations`, {
      headers: { authorization: 'Bearer demo-ops-key' },
    });
    const { escalations } = (await response.json()) as { escalations: readonly Order[] };
    const stuck = escalations.find(({ reference }) => reference === 'demo-stuck-in-pending');
    if (stuck && (stuck.escalation?.level ?? 0) >= 2) return stuck;
    if (deadline.aborted) throw new Error('the stuck order was not escalated in time');
    await delay(500);
  }
}

/** The list of orders that need a person, with the columns that docs/operate.md recommends. */
async function takeList(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('nav[data-nav="open"] button').first().click();
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const column of ['Status', 'Run ID', 'Type', 'Start', 'End'])
    await page.getByTestId(`orderable-list-item-${column}-remove-button`).click();
  for (const column of ['Reference', 'OrderStatus', 'EscalationReason', 'EscalationLevel', 'PendingSince'])
    await page.getByTestId(`orderable-list-item-${column}-add-button`).click();
  await page.getByTestId('drawer-close-button').click();
  await page.getByTestId('timezones-menu-button').click();
  await page.getByText('Relative', { exact: true }).click();
  await page.getByTestId('timezones-menu-button').click();
  await page.getByText('demo-stuck-in-pending').waitFor();
  await page.setViewportSize({ ...viewport, width: 1500 });
  await take(page, 'needs-attention', { x: 0, y: 0, width: 1500, height: 440 });
  await page.setViewportSize(viewport);
}

/** One stuck order: its details, then its timeline. */
async function takeOrder(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('user-metadata-tab').click();
  await page.frameLocator('#user-metadata-current-details').getByText('Last verified').waitFor();
  await take(page, 'stuck-order', { x: 48, y: 60, width: 1352, height: 910 });

  await page.getByTestId('timeline-tab').click();
  await page.getByText('before escalating').first().waitFor();
  await page.getByTestId('zoom-in').click();
  await page.getByTestId('zoom-in').evaluate((button) => button.scrollIntoView({ block: 'start' }));
  await take(page, 'stuck-order-timeline', { x: 48, y: 380, width: 1352, height: 480 });
}

/** Creates more orders that stay pending, so that the board is not empty. */
async function stickMore({ api, sandbox }: Demo): Promise<void> {
  const send = async (url: string, body: object) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer demo-ops-key' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return (await answer.json()) as { sessionId?: string };
  };
  const hookUrl = `${api}/hooks/demo-shop/demo-hook-token`;
  for (let index = 0; index < 9; index += 1) {
    const sessions = `${sandbox}/sandbox/briqpay/sessions`;
    const { sessionId } = await send(sessions, {
      quantity: 1 + (index % 4),
      amount: 10_000 * (1 + (index % 4)),
      hookUrl,
    });
    const expected = { amount: 10_000 * (1 + (index % 4)), currency: 'SEK' };
    await send(`${api}/v1/orders`, {
      account: 'demo-shop',
      sessionId,
      reference: `${1_000_124 + index}`,
      expected,
    });
    await send(`${sessions}/${sessionId}/actions`, { action: 'complete' });
  }
}

/** The board in light, dark and on a phone, and the page of one order. */
async function takeBoard(browser: Browser, api: string, id: string): Promise<void> {
  for (const { name, ...options } of boardViews) {
    const page = await browser.newPage(options);
    await page.goto(`${api}/ops`);
    await page.getByLabel('API key').fill('demo-ops-key');
    await page.getByLabel('Your name').fill('kim');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('1000132').first().waitFor();
    const { width, height } = options.viewport;
    await take(page, name, { x: 0, y: 0, width, height });
    if (name === 'board') {
      await page.goto(`${api}/ops/orders/${encodeURIComponent(id)}`);
      await page.getByRole('heading', { name: 'Timeline' }).waitFor();
      await page.setViewportSize({ width, height: 1_150 });
      await take(page, 'board-order', { x: 0, y: 0, width, height: 1_150 });
    }
    await page.close();
  }
}

async function takeDocuments(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText('/v1/escalations').first().waitFor();
  await take(page, 'api-documents', { x: 0, y: 0, width: 1400, height: 1000 });
}

async function take(
  page: Page,
  name: string,
  clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<void> {
  await page.waitForTimeout(1_500); // until animations have ended
  await page.screenshot({ path: `${images}${name}.png`, clip, animations: 'disabled' });
  console.log(`docs/images/${name}.png`);
}
