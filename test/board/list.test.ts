import type { Order } from '../../src/domain/order/view.ts';
import type { DeskView } from '../../src/workflows/contract/desk.ts';
import { parseSelected } from '../../src/board/selection.ts';
import { noon, stuckOrder, testBoard } from './visitor.ts';

const hour = 3_600_000;

async function boardOf(...orders: readonly Order[]) {
  const board = await testBoard({ orders });
  const someone = board.visitor();
  await someone.signIn();
  return { ...board, someone };
}

function escalated(id: string, openMs: number, more: Partial<NonNullable<Order['escalation']>> = {}): Order {
  const order = stuckOrder(id);
  const openedAt = new Date(noon - openMs).toISOString();
  return { ...order, escalation: { ...order.escalation!, openedAt, ...more } };
}

const rowsOf = (body: string) => [...body.matchAll(/data-row="([^"]+)"/g)].map(([, id]) => id);

test('what is stuck longest comes first, with its amount, reasons, level, state and owner', async () => {
  const { someone } = await boardOf(
    escalated('acme-se:young', hour),
    escalated('acme-no:old', 50 * hour, {
      state: 'acknowledged',
      owner: 'kim',
      reasons: ['unverified', 'pending'],
      level: 3,
    }),
  );
  const { body } = await someone.get('/ops');
  expect(rowsOf(body)).toEqual(['acme-no:old', 'acme-se:young']);
  for (const text of [
    '2 stuck',
    '300.00 SEK',
    'unverified',
    'level 3',
    'acknowledged',
    'kim',
    '2 d 2 h',
    'acme-no',
  ])
    expect(body).toContain(text);
  expect(body).toContain('href="/ops/orders/acme-no%3Aold"');
});

test('an account that cannot be read and a failing channel are shown above the list', async () => {
  const incident = {
    id: 'acme-se-1-0',
    openedAt: noon - 2 * hour,
    window: { from: 0, to: noon },
    count: 57,
    peak: 60,
    level: 1,
    grownAt: noon,
  };
  const desks: DeskView[] = [
    {
      account: 'acme-se',
      incidents: [{ ...incident, fault: { code: 'provider_unreachable', since: noon - 2 * hour } }],
      failing: [{ channel: 'team-chat', since: noon - hour }],
    },
    {
      account: 'acme-no',
      incidents: [
        { ...incident, fault: { code: 'credentials_refused', since: noon - 2 * hour, endedAt: noon } },
      ],
      failing: [],
    },
  ];
  const board = await testBoard({ orders: [stuckOrder('acme-se:a')], desks });
  const someone = board.visitor();
  await someone.signIn();
  const { body } = await someone.get('/ops');
  expect(body).toContain('Account problems');
  expect(body).toContain('The provider does not answer');
  expect(body).toContain('57 stuck');
  expect(body).toContain('team-chat');
  expect(body).not.toContain('refuses the credentials');
  expect((await (await boardOf(stuckOrder('acme-se:a'))).someone.get('/ops')).body).not.toContain(
    'Account problems',
  );
});

test('where nothing is stuck the page says so, and where no filter matches it says that', async () => {
  const { someone } = await boardOf();
  expect((await someone.get('/ops')).body).toContain('Nothing is stuck: no escalation is open.');
  expect((await someone.get('/ops?state=snoozed')).body).toContain(
    'No open escalation matches these filters.',
  );
  expect((await someone.get('/ops?q=x')).body).toContain('No order matches.');
});

test.each([
  ['account=acme-no', ['acme-no:b']],
  ['reason=unverified', ['acme-no:b']],
  ['level=3', ['acme-no:b']],
  ['state=acknowledged', ['acme-no:b']],
  ['owner=kim', ['acme-no:b', 'acme-se:c']],
  ['owner=kim&state=open', ['acme-se:c']],
  ['age=under_1h', ['acme-se:c']],
  ['age=over_7d', ['acme-no:b']],
  ['q=ref-a', ['acme-se:a']],
  ['q=acme-se%3Aa', ['acme-se:a']],
  ['q=a', ['acme-se:a']],
  ['account=&reason=&state=&level=&owner=&q=&age=', ['acme-no:b', 'acme-se:a', 'acme-se:c']],
])('/ops?%s shows %j', async (query, ids) => {
  const { someone } = await boardOf(
    escalated('acme-se:a', 2 * hour),
    escalated('acme-no:b', 200 * hour, {
      state: 'acknowledged',
      owner: 'kim',
      reasons: ['unverified'],
      level: 3,
    }),
    // Its snooze is over.
    escalated('acme-se:c', hour / 2, { owner: 'kim' }),
  );
  expect(rowsOf((await someone.get(`/ops?${query}`)).body)).toEqual(ids);
});

test('a search finds orders that are not escalated too', async () => {
  const { someone } = await boardOf(stuckOrder('acme-se:calm', { escalation: null, status: 'captured' }));
  expect(rowsOf((await someone.get('/ops')).body)).toEqual([]);
  const { body } = await someone.get('/ops?q=ref-calm');
  expect(rowsOf(body)).toEqual(['acme-se:calm']);
  expect(body).toContain('not escalated');
});

test('each count leads to the list that it counts', async () => {
  const { someone } = await boardOf(
    escalated('acme-se:a', 2 * hour),
    escalated('acme-se:b', 3 * hour),
    escalated('acme-se:c', 400 * hour, { reasons: ['unverified'] }),
  );
  const { body } = await someone.get('/ops');
  const links = [...body.matchAll(/<a href="([^"]+)">(\d+)<span class="visually-hidden">/g)].map(
    ([, href, count]) => ({
      href: href!.replaceAll('&amp;', '&'),
      count: Number(count),
    }),
  );
  expect(links.length).toBeGreaterThanOrEqual(7);
  for (const { href, count } of links)
    expect([href, rowsOf((await someone.get(href)).body).length]).toEqual([href, count]);
  expect(body.replaceAll('\u00a0', ' ')).toContain(
    'aria-label="Open by age: 0 under 1 h, 2 1 h to 1 d, 0 1 d to 7 d, 1 over 7 d"',
  );
});

test('a hundred on a page, the rest by a link that keeps the filters', async () => {
  const orders = Array.from({ length: 130 }, (_, index) => escalated(`acme-se:${index}`, hour + index));
  const { someone } = await boardOf(...orders);
  const first = await someone.get('/ops?state=open');
  expect(first.body).toContain('130 stuck');
  const [, next = ''] = /href="([^"]+)" rel="next"/.exec(first.body) ?? [];
  const second = await someone.get(next.replaceAll('&amp;', '&'));
  expect(next).toContain('state=open');
  const seen = [...rowsOf(first.body), ...rowsOf(second.body)];
  expect(rowsOf(first.body)).toHaveLength(100);
  expect(new Set(seen).size).toBe(130);
  expect(second.body).not.toContain('rel="next"');
});

test('a poll is answered with content only when something changed', async () => {
  const { someone, clock } = await boardOf(escalated('acme-se:a', 2 * hour));
  const { body } = await someone.get('/ops');
  const [, version] = /id="version" name="version" value="([^"]+)"/.exec(body) ?? [];
  clock.now += 3_000;
  const same = await someone.get(`/ops?version=${version}`, { 'hx-request': 'true' });
  expect([same.statusCode, same.body]).toEqual([204, '']);
  const other = await someone.get('/ops?version=other', { 'hx-request': 'true' });
  expect(other.statusCode).toBe(200);
  expect(other.body).toMatch(/^<div id="board"/);
});

test('a row carries its escalation as the page showed it', async () => {
  const { someone } = await boardOf(escalated('acme-se:a', 2 * hour, { state: 'snoozed', owner: 'kim' }));
  const { body } = await someone.get('/ops');
  const [, value = ''] = /name="selected" value="([^"]+)"/.exec(body) ?? [];
  expect(parseSelected(value)).toEqual({
    id: 'acme-se:a',
    seen: { openedAt: noon - 2 * hour, state: 'snoozed', owner: 'kim' },
  });
});

const hostile = '<img src=x onerror=alert(1)>\u202e"\'[link](javascript:alert(1))\u001b[31m';

test.each(['/ops', '/ops?q=ref', `/ops?owner=${encodeURIComponent(hostile)}`, '/ops/orders/acme-se%3Aa'])(
  'text from outside does nothing on %s',
  async (url) => {
    const order = {
      ...escalated('acme-se:a', hour, { owner: hostile, state: 'acknowledged' }),
      reference: hostile,
      method: hostile,
      findings: [{ code: 'unknown_status' as const, at: new Date(noon).toISOString(), detail: hostile }],
    };
    const { someone } = await boardOf(order);
    const { body } = await someone.get(url);
    // A form field repeats its value unchanged, which is harmless in an attribute.
    const shown = body.replaceAll(/value="[^"]*"/g, '');
    expect(shown).not.toMatch(/<img|\u202e|\u001b/);
    if (!url.includes('q=')) expect(body).toContain('<bdi>&lt;img src=x onerror=alert(1)>⟨U+202E⟩');
  },
);

test('an order’s page stands without a worker, and says what is missing', async () => {
  const { someone } = await boardOf(escalated('acme-se:a%2Fb', hour));
  const { statusCode, body } = await someone.get('/ops/orders/acme-se%3Aa%252Fb');
  expect(statusCode).toBe(200);
  expect(body).toContain('No worker answers');
  expect(body).toContain('<code>unavailable</code>');
  for (const text of ['ref-a%2Fb', 'a/b', '300.00 SEK', 'level 2', 'Recheck now'])
    expect(body).toContain(text);
});

test('an order’s page leads to its run in the Temporal UI', async () => {
  const { visitor } = await testBoard({
    orders: [stuckOrder('acme-se:a%2Fb')],
    temporalUi: 'https://temporal.example/',
  });
  const someone = visitor();
  await someone.signIn();
  expect((await someone.get('/ops/orders/acme-se%3Aa%252Fb')).body).toContain(
    'href="https://temporal.example/namespaces/default/workflows/acme-se%3Aa%252Fb/run-1/history"',
  );
});

test('a form with errors shows them and keeps its values', async () => {
  const { someone } = await boardOf(escalated('acme-se:a', hour));
  const { body } = await someone.get('/ops');
  const [, key = ''] = /name="key" value="([^"]+)"/.exec(body) ?? [];
  const [, selected = ''] = /name="selected" value="([^"]+)"/.exec(body) ?? [];
  const back = '/ops?state=open';
  const noneSelected = await someone.post('/ops/actions/resolve', { key, back, reason: 'the bank said so' });
  expect(noneSelected.statusCode).toBe(400);
  expect(noneSelected.body).toContain('select at least one order');
  expect(noneSelected.body).toContain('value="the bank said so"');
  const noReason = await someone.post('/ops/actions/resolve', { key, back, selected, reason: ' ' });
  expect(noReason.body).toContain('give a reason');
  expect(noReason.body).toMatch(/name="selected" value="[^"]+" checked/);
  expect((await someone.post('/ops/actions/explode', { key, selected })).statusCode).toBe(404);
});

test('each refusal is shown with id and code, and does not stop the others', async () => {
  const { someone } = await boardOf(escalated('acme-se:a', hour), escalated('acme-se:b', hour));
  const { body } = await someone.get('/ops');
  const [, key = ''] = /name="key" value="([^"]+)"/.exec(body) ?? [];
  const selected = [...body.matchAll(/name="selected" value="([^"]+)"/g)].map(([, value]) => value!);
  const answer = await someone.post('/ops/actions/acknowledge', { key, selected, back: '/ops' });
  // No worker answers here.
  expect(answer.statusCode).toBe(409);
  expect(answer.body).toContain('0 orders acknowledged. 2 refused');
  expect(answer.body.match(/<code>unavailable<\/code>/g)).toHaveLength(2);
});
