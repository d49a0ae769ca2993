import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let clock: number;
let harness: BridgerpayHarness;
beforeEach(async () => {
  clock = Date.parse('2026-09-20T10:00:00Z');
  harness = await openBridgerpay({ now: () => clock });
});
afterEach(() => harness.close());

const put = (id: string, ...faults: object[]) => harness.control('PUT', `/orders/${id}/faults`, faults);

/** A paid order of 22.96 EUR, and what it suffers from. */
async function approved(...faults: object[]) {
  const id = await harness.order();
  await harness.act(id, 'pay', 'approve');
  await put(id, ...faults);
  return id;
}

const depositOf = async (id: string): Promise<Json> => (await harness.deposit(id)).body.result?.deposit;
const codeOf = async (id: string): Promise<number> => (await harness.deposit(id)).body.response.code;

describe('what a read says', () => {
  test('lag answers the deposit as it was so long ago', async () => {
    const id = await harness.order({ faults: [{ kind: 'lag', ms: 5_000 }] });
    for (const action of ['pay', 'approve']) {
      clock += 3_000;
      await harness.act(id, action);
    }
    expect(await codeOf(id)).toBe(404);
    clock += 2_000;
    expect((await depositOf(id)).status).toBe('in_process');
    clock += 3_000;
    expect((await depositOf(id)).status).toBe('approved');
  });

  test('stale answers what was before the last change, for so many reads', async () => {
    const id = await approved({ kind: 'stale', reads: 2 });
    const read = [await depositOf(id), await depositOf(id), await depositOf(id)].map(({ status }) => status);
    expect(read).toEqual(['in_process', 'in_process', 'approved']);
  });

  test('a session that opens or closes is no change that a read lags behind', async () => {
    const id = await approved();
    await harness.act(id, 'close');
    await put(id, { kind: 'stale' });
    expect((await depositOf(id)).status).toBe('in_process');
  });

  test('absent is a deposit that does not exist, or an empty list', async () => {
    const id = await approved({ kind: 'absent' });
    expect([await codeOf(id), await codeOf(id)]).toEqual([404, 200]);
    const payout = await harness.order({ kind: 'payout', faults: [{ kind: 'absent' }] });
    expect((await harness.payouts(payout)).body.result).toEqual([]);
  });

  test('other_order answers the id of another', async () => {
    const id = await approved({ kind: 'other_order' }, { kind: 'other_order', orderId: 'x-1' });
    const ids = [await depositOf(id), await depositOf(id), await depositOf(id)];
    expect(ids.map(({ merchant_order_id }) => merchant_order_id)).toEqual(['0badcafe', 'x-1', id]);
  });

  test('other_transaction answers another charge', async () => {
    const id = await approved({ kind: 'other_transaction', transactionId: 't-9' });
    expect((await depositOf(id)).transaction_id).toBe('t-9');
  });

  test('amount is off by delta, or whatever it is told to be', async () => {
    const id = await approved(
      { kind: 'amount', delta: -100 },
      { kind: 'amount', value: '22.959' },
      { kind: 'amount', value: 22.96 },
    );
    const amounts = [await depositOf(id), await depositOf(id), await depositOf(id)];
    expect(amounts.map(({ amount }) => amount)).toEqual(['21.96', '22.959', 22.96]);
  });

  test('currency is another', async () => {
    expect(await depositOf(await approved({ kind: 'currency', currency: 'USD' }))).toMatchObject({
      amount: '22.96',
      currency: 'USD',
    });
  });

  test('status_word is one that nobody knows', async () => {
    const id = await approved({ kind: 'status_word', value: 'levitating' });
    expect((await depositOf(id)).status).toBe('levitating');
  });

  test('payouts suffer from the same, the list and the read by id each as one', async () => {
    const kind = 'payout';
    const faults = [{ kind: 'status_word', value: 'levitating', times: 2 }];
    const { body } = await harness.control('POST', '/orders', { kind, faults });
    const [listed] = (await harness.payouts(body.orderId)).body.result;
    expect([listed.status, (await harness.payout(body.ids.id)).body.result.status]).toEqual([
      'Levitating',
      'Levitating',
    ]);
  });
});

describe('how a call is answered', () => {
  test('revoked_token is a 401 once, and until the next log-in', async () => {
    const id = await approved({ kind: 'revoked_token' });
    expect([(await harness.deposit(id)).status, (await harness.deposit(id)).status]).toEqual([401, 401]);
    await harness.renew();
    expect((await harness.deposit(id)).status).toBe(200);
  });

  test('revoked_token takes the token of that call alone', async () => {
    const id = await approved({ kind: 'revoked_token' });
    const { token } = (await harness.logIn()).body.result.access_token;
    const path = `/merchant/sandbox-api-key/deposits/${id}`;
    expect((await harness.api('GET', path, undefined, token)).status).toBe(401);
    expect((await harness.deposit(id)).status).toBe(200);
  });

  test('code is a 200 whose body says otherwise', async () => {
    const id = await approved({ kind: 'code', code: 500, message: 'boom' });
    const { status, body } = await harness.deposit(id);
    expect([status, body]).toEqual([
      200,
      { response: { status: 'Error', code: 500, message: 'boom' }, result: null },
    ]);
  });

  test.each([403, 429, 500, 503])('status %i comes in the envelope', async (status) => {
    const answer = await harness.deposit(await approved({ kind: 'status', status, retryAfter: 5 }));
    expect([answer.status, answer.body.response.code, answer.headers.get('retry-after')]).toEqual([
      status,
      status,
      '5',
    ]);
  });

  test.each([
    ['html', 'text/html', /^<!doctype html>/],
    ['empty', 'application/json', /^$/],
    ['null', 'application/json', /^null$/],
    ['array', 'application/json', /^\[\]$/],
    ['truncated', 'application/json', /^\{"response":.*[^}]$/],
  ])('%s, under 200', async (kind, type, text) => {
    const answer = await harness.deposit(await approved({ kind }));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.text).toMatch(text);
  });

  test('huge is a deposit of several MB', async () => {
    const { text, body } = await harness.deposit(await approved({ kind: 'huge' }));
    expect(text.length).toBeGreaterThan(8e6);
    expect(body.response.code).toBe(200);
  });

  test('reset cuts the connection', async () => {
    await expect(harness.deposit(await approved({ kind: 'reset' }))).rejects.toThrow('fetch failed');
  });

  test('hang takes the call and never answers', async () => {
    const id = await approved({ kind: 'hang' });
    const { response, abort } = await open(id);
    while ((await harness.ledger(id)).reads.length === 0);
    const [read] = (await harness.ledger(id)).reads;
    expect(read).toEqual({
      at: expect.any(String),
      operation: 'read',
      kind: 'deposit',
      orderId: id,
      fault: 'hang',
    });
    abort();
    await expect(response).rejects.toThrow('abort');
  });

  test('hang_body sends the headers, the beginning of an envelope, and never the end', async () => {
    const { response, abort } = await open(await approved({ kind: 'hang_body' }));
    const { status, body } = await response;
    const reader = body?.getReader();
    const beginning = await reader?.read();
    expect([status, Buffer.from(beginning?.value ?? []).toString()]).toEqual([
      200,
      '{"response":{"status":"',
    ]);
    const next = reader?.read();
    abort();
    await expect(next).rejects.toThrow('abort');
  });
});

describe('which call is struck', () => {
  test('a log-in, by a fault of all', async () => {
    await harness.control('PUT', '/faults', [
      { kind: 'code', code: 403, message: 'login_failue', on: 'login' },
    ]);
    const codes = [await harness.logIn(), await harness.logIn()].map(({ body }) => body.response.code);
    expect(codes).toEqual([403, 200]);
  });

  test('a refund: by default its effect stands and only the answer is lost', async () => {
    const id = await approved({ kind: 'status', status: 500, on: 'refund' });
    const { attempts } = (await harness.control('GET', `/orders/${id}`)).body;
    expect((await harness.refund(attempts[0].id, '5')).status).toBe(500);
    expect((await harness.control('GET', `/orders/${id}`)).body.refunded).toBe(500);
  });

  test('applied: false leaves no effect', async () => {
    const id = await approved({ kind: 'reset', on: 'refund', applied: false });
    const { attempts } = (await harness.control('GET', `/orders/${id}`)).body;
    await expect(harness.refund(attempts[0].id, '5')).rejects.toThrow('fetch failed');
    expect((await harness.control('GET', `/orders/${id}`)).body.refunded).toBe(0);
  });

  test('a revoked token leaves no effect', async () => {
    const id = await approved({ kind: 'revoked_token', on: 'refund' });
    const { attempts } = (await harness.control('GET', `/orders/${id}`)).body;
    expect((await harness.refund(attempts[0].id)).status).toBe(401);
    expect((await harness.control('GET', `/orders/${id}`)).body.refunded).toBe(0);
  });

  test('a new session, a new payout', async () => {
    const outage = { kind: 'code', code: 503, applied: false };
    await harness.control('PUT', '/faults', [
      { ...outage, on: 'session' },
      { ...outage, on: 'payout' },
    ]);
    const session = { cashier_key: 'sandbox-cashier-key', order_id: 's-1', currency: 'EUR', country: 'BE' };
    const path = '/cashier/session/create/sandbox-api-key';
    const answers = [
      await harness.api('POST', path, session),
      await harness.api('POST', '/sandbox-api-key/payouts', {}),
      await harness.api('POST', path, session),
    ];
    expect(answers.map(({ body }) => body.response.code)).toEqual([503, 503, 200]);
    expect((await harness.control('GET', '/orders/s-1')).body.cashierSessions).toHaveLength(1);
  });

  test("an order's own fault comes before those of all", async () => {
    await harness.control('PUT', '/faults', [{ kind: 'status', status: 503, times: 'forever' }]);
    const id = await approved({ kind: 'status', status: 500 });
    const statuses = [await harness.deposit(id), await harness.deposit(id), await harness.deposit('nobody')];
    expect(statuses.map(({ status }) => status)).toEqual([500, 503, 503]);
    await harness.control('DELETE', '/faults');
    expect((await harness.deposit(id)).status).toBe(200);
  });

  test('faults strike in the order of their list; what is left can be seen, put again, and deleted', async () => {
    const id = await approved({ kind: 'status', status: 500, times: 2 }, { kind: 'lag', ms: 5 });
    await harness.deposit(id);
    const { faults } = (await harness.control('GET', `/orders/${id}`)).body;
    expect(faults).toEqual([
      { kind: 'status', status: 500, times: 1, on: 'read', applied: true },
      { kind: 'lag', ms: 5, times: 'forever' },
    ]);
    expect((await put(id, ...faults)).body).toEqual({ faults });
    expect((await harness.control('DELETE', `/orders/${id}/faults`)).status).toBe(204);
    expect((await harness.deposit(id)).status).toBe(200);
  });

  test('a refused token uses up no fault', async () => {
    const id = await approved({ kind: 'status', status: 500 });
    await harness.api('GET', `/merchant/sandbox-api-key/deposits/${id}`, undefined, 'a.b.c');
    expect((await harness.deposit(id)).status).toBe(500);
  });

  test('the ledger names what struck', async () => {
    const id = await approved({ kind: 'html' }, { kind: 'status_word', value: 'x' });
    await harness.deposit(id);
    await harness.deposit(id);
    expect((await harness.ledger(id)).reads.map(({ fault }: Json) => fault)).toEqual(['html', 'status_word']);
  });
});

test.each([
  { kind: 'gremlins' },
  { kind: 'status', status: 200 },
  { kind: 'lag' },
  { kind: 'amount' },
  { kind: 'hang', times: 0 },
  { kind: 'currency', currency: 'USD', on: 'refund' },
  { kind: 'revoked_token', on: 'login' },
])('refuses %j', async (fault) => {
  const { status, body } = await put(await harness.order(), fault);
  expect([status, body.error.code]).toEqual([400, 'INVALID_DATA']);
});

/** A read that the test breaks off. */
async function open(id: string) {
  const flight = new AbortController();
  const headers = { authorization: `Bearer ${await harness.renew()}` };
  const url = `${harness.url}/v2/merchant/sandbox-api-key/deposits/${id}`;
  const response = fetch(url, { headers, signal: flight.signal });
  response.catch(() => undefined);
  return { response, abort: () => flight.abort() };
}
