import { basic, type Harness, mugs, openHarness } from './harness.ts';

let clock: number;
let harness: Harness;
beforeEach(async () => {
  clock = Date.parse('2026-09-20T10:00:00Z');
  harness = await openHarness({ now: () => clock });
});
afterEach(() => harness.close());

const put = (id: string, ...faults: object[]) => harness.control('PUT', `/sessions/${id}/faults`, faults);

async function approved(...faults: object[]) {
  const id = await harness.session();
  await harness.act(id, 'complete', 'approve');
  await put(id, ...faults);
  return id;
}

const orderStatusOf = async (id: string) => (await harness.read(id)).body.moduleStatus.payment.orderStatus;

describe('what a read says', () => {
  test('lag answers the session as it was so long ago', async () => {
    const id = await harness.session({ faults: [{ kind: 'lag', ms: 5_000 }] });
    for (const action of ['complete', 'approve']) {
      clock += 3_000;
      await harness.act(id, action);
    }
    expect(await orderStatusOf(id)).toBeUndefined();
    clock += 2_000;
    expect(await orderStatusOf(id)).toBe('order_pending');
    clock += 3_000;
    expect(await orderStatusOf(id)).toBe('order_approved_not_captured');
  });

  test('stale answers what was before the last change, for so many reads', async () => {
    const id = await approved({ kind: 'stale', reads: 2 });
    const read = [await orderStatusOf(id), await orderStatusOf(id), await orderStatusOf(id)];
    expect(read).toEqual(['order_pending', 'order_pending', 'order_approved_not_captured']);
  });

  test('currency changes it everywhere', async () => {
    const id = await approved();
    await harness.act(id, 'capture', { action: 'refund', amount: 1 });
    await put(id, { kind: 'currency', currency: 'EUR' });
    const { order, transactions, captures, refunds } = (await harness.read(id)).body.data;
    const currencies = [order, ...transactions, ...captures, ...refunds].map(({ currency }) => currency);
    expect(currencies).toEqual(['EUR', 'EUR', 'EUR', 'EUR']);
  });

  test('other_session answers the id of another', async () => {
    const id = await approved({ kind: 'other_session' }, { kind: 'other_session', sessionId: 'x-1' });
    const ids = [await harness.read(id), await harness.read(id)].map(({ body }) => body.sessionId);
    expect(ids).toEqual(['0badcafe-0000-4000-8000-000000000000', 'x-1']);
  });

  test('amount is off by delta', async () => {
    const { order, transactions } = (await harness.read(await approved({ kind: 'amount', delta: -100 }))).body
      .data;
    expect([order.amountIncVat, transactions[0].amountIncVat]).toEqual([29_900, 29_900]);
  });

  test('order_status says a word that nobody knows', async () => {
    const id = await approved({ kind: 'order_status', value: 'order_levitating' });
    expect(await orderStatusOf(id)).toBe('order_levitating');
  });
});

describe('how a read answers', () => {
  test.each([403, 404, 429, 500, 502, 503])('status %i', async (status) => {
    const { status: answered, body } = await harness.read(await approved({ kind: 'status', status }));
    expect([answered, body.error.code]).toEqual([status, `FAULT_${status}`]);
  });

  test.each([
    [30, '30'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['soon', 'soon'],
  ])('Retry-After %s', async (retryAfter, header) => {
    const { headers } = await harness.read(await approved({ kind: 'status', status: 429, retryAfter }));
    expect(headers.get('retry-after')).toBe(header);
  });

  test.each([
    ['html', 'text/html', /^<!doctype html>/],
    ['empty', 'application/json', /^$/],
    ['null', 'application/json', /^null$/],
    ['array', 'application/json', /^\[\]$/],
    ['truncated', 'application/json', /^\{"sessionId":.*[^}]$/],
  ])('%s, under 200', async (kind, type, text) => {
    const answer = await harness.read(await approved({ kind }));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.text).toMatch(text);
    if (kind === 'truncated') expect(answer.body).toBeUndefined();
  });

  test('huge is a session of several MB', async () => {
    const id = await approved({ kind: 'huge' });
    const { text, body } = await harness.read(id);
    expect(text.length).toBeGreaterThan(8e6);
    expect(body.sessionId).toBe(id);
  });

  test('redirect points elsewhere', async () => {
    const { status, headers } = await harness.read(
      await approved({ kind: 'redirect', to: 'http://127.0.0.1:9/x' }),
    );
    expect([status, headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/x']);
  });

  test('slow answers in the end', async () => {
    const id = await approved({ kind: 'slow', ms: 40 });
    const startedAt = performance.now();
    expect((await harness.read(id)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(35);
  });

  test('reset cuts the connection', async () => {
    await expect(harness.read(await approved({ kind: 'reset' }))).rejects.toThrow('fetch failed');
  });

  test('hang takes the call and never answers', async () => {
    const id = await approved({ kind: 'hang' });
    const { response, abort } = open(id);
    while ((await harness.ledger(id)).reads.length === 0);
    expect((await harness.ledger(id)).reads).toEqual([
      { at: expect.any(String), operation: 'read', sessionId: id, fault: 'hang' },
    ]);
    abort();
    await expect(response).rejects.toThrow('abort');
  });

  test('hang_body sends the headers, a beginning, and never the end', async () => {
    const { response, abort } = open(await approved({ kind: 'hang_body' }));
    const { status, body } = await response;
    const reader = body?.getReader();
    const beginning = await reader?.read();
    expect([status, Buffer.from(beginning?.value ?? []).toString()]).toEqual([200, '{"sessionId":"']);
    const next = reader?.read();
    abort();
    await expect(next).rejects.toThrow('abort');
  });
});

describe('which call is struck', () => {
  test('faults strike in the order of their list, each as often as told', async () => {
    const id = await approved({ kind: 'status', status: 500, times: 2 }, { kind: 'html' });
    const statuses: number[] = [];
    for (let read = 0; read < 4; read += 1) statuses.push((await harness.read(id)).status);
    expect(statuses).toEqual([500, 500, 200, 200]);
    const { reads } = await harness.ledger(id);
    expect(reads.map(({ fault }: { fault?: string }) => fault)).toEqual([
      'status',
      'status',
      'html',
      undefined,
    ]);
  });

  test('what is left can be seen', async () => {
    const id = await approved({ kind: 'status', status: 500, times: 3 }, { kind: 'lag', ms: 5 });
    await harness.read(id);
    expect((await harness.control('GET', `/sessions/${id}`)).body.faults).toEqual([
      { kind: 'status', status: 500, times: 2, on: 'read', applied: true },
      { kind: 'lag', ms: 5, times: 'forever' },
    ]);
  });

  test('what is left can be put again', async () => {
    const id = await approved({ kind: 'stale', reads: 3 }, { kind: 'amount', delta: 1 });
    await harness.read(id);
    const { faults } = (await harness.control('GET', `/sessions/${id}`)).body;
    expect(faults[0]).toEqual({ kind: 'stale', times: 2 });
    expect((await put(id, ...faults)).body).toEqual({ faults });
  });

  test('for ever lasts until it is deleted', async () => {
    const id = await approved({ kind: 'status', status: 503, times: 'forever' });
    for (let read = 0; read < 5; read += 1) expect((await harness.read(id)).status).toBe(503);
    expect((await harness.control('DELETE', `/sessions/${id}/faults`)).status).toBe(204);
    expect((await harness.read(id)).status).toBe(200);
  });

  test("a session's own fault comes before those of all", async () => {
    await harness.control('PUT', '/faults', [{ kind: 'status', status: 503, times: 'forever' }]);
    const [id, other] = [await approved({ kind: 'status', status: 404 }), await harness.session()];
    const statuses = [await harness.read(id), await harness.read(id), await harness.read(other)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([404, 503, 503]);
    await harness.control('DELETE', '/faults');
    expect((await harness.read(other)).status).toBe(200);
  });

  test('an outage strikes unknown sessions too', async () => {
    await harness.control('PUT', '/faults', [{ kind: 'status', status: 502 }]);
    expect((await harness.read('61c16f84-b42e-4e1c-a114-a117a6e1e27d')).status).toBe(502);
  });

  test('a refused log-in uses up no fault', async () => {
    const id = await approved({ kind: 'status', status: 500 });
    await harness.api('GET', `/session/${id}`, undefined, { authorization: basic('sandbox', 'no') });
    expect((await harness.read(id)).status).toBe(500);
  });
});

describe('commands', () => {
  const capture = (id: string) => harness.api('POST', `/session/${id}/order/capture`, mugs(1));
  const capturesOf = async (id: string) => (await harness.read(id)).body.data.captures.length;

  test('by default the effect stands and only the answer is lost', async () => {
    const id = await approved({ kind: 'status', status: 500, on: 'capture' });
    expect((await capture(id)).status).toBe(500);
    expect(await capturesOf(id)).toBe(1);
  });

  test('applied: false leaves no effect', async () => {
    const id = await approved({ kind: 'reset', on: 'capture', applied: false });
    await expect(capture(id)).rejects.toThrow('fetch failed');
    expect(await capturesOf(id)).toBe(0);
    expect((await capture(id)).status).toBe(201);
  });

  test('a fault on a command leaves reads alone', async () => {
    const id = await approved({ kind: 'hang', on: 'refund' });
    expect((await harness.read(id)).status).toBe(200);
  });

  test('what a read says cannot be a fault of a command', async () => {
    const { status } = await put(await harness.session(), {
      kind: 'currency',
      currency: 'EUR',
      on: 'capture',
    });
    expect(status).toBe(400);
  });
});

test.each([
  { kind: 'gremlins' },
  { kind: 'status', status: 200 },
  { kind: 'lag' },
  { kind: 'hang', times: 0 },
])('refuses %j', async (fault) => {
  const { status, body } = await put(await harness.session(), fault);
  expect([status, body.error.code]).toEqual([400, 'INVALID_DATA']);
});

/** A read that the test breaks off. */
function open(id: string) {
  const flight = new AbortController();
  const headers = { authorization: basic('sandbox', 'sandbox-secret') };
  const response = fetch(`${harness.url}/v3/session/${id}`, { headers, signal: flight.signal });
  response.catch(() => undefined);
  return { response, abort: () => flight.abort() };
}
