import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bridgerpay } from '../../../src/providers/bridgerpay/index.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';

// What the API answers is told in bytes, so that no sandbox makes it tidier than it is.

interface Told {
  readonly http?: number;
  readonly body: string;
}

const now = Date.UTC(2026, 8, 25, 10);
const key = 'order-1';
const canary = 'canary-4711';
const html = { body: `<!doctype html><title>${canary}</title>` };
const ok = (result: unknown): Told => envelope({ code: 200, message: canary }, result);
const failed = (code: unknown, http = 200): Told => ({ ...envelope({ code, message: canary }), http });
const login = ok({ access_token: { token: 'token', expires_in: 7_200 } });
const deposit = (more: object = {}) =>
  ok({
    deposit: {
      merchant_order_id: key,
      transaction_id: 't-1',
      amount: '22.96',
      currency: 'EUR',
      status: 'approved',
      email: canary,
      ...more,
    },
  });

function envelope(response: unknown, result?: unknown): Told {
  return { body: JSON.stringify({ response, result }) };
}

let server: Server;
let baseUrl: string;
/** What was asked, and the answers to each path, one after another; the last one stays. */
let asked: string[];
let answers: Record<string, readonly Told[]>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    const before = asked.filter((one) => one === path).length;
    asked.push(path);
    const list = answers[path] ?? [{ http: 599, body: '' }];
    const { http = 200, body } = list[Math.min(before, list.length - 1)]!;
    request.resume().on('end', () => response.writeHead(http).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answers = { [loginPath]: [login] };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const loginPath = '/v2/auth/login';
const depositPath = `/v2/merchant/key/deposits/${key}`;
const listPath = `/v2/key/payouts?merchantOrderId=${key}`;
const attemptPath = (id: string) => `/mpi/v2/key/deposit/transaction/${id}`;

function clientOf() {
  const account = { baseUrl, username: 'user', password: 'hush', apiKey: 'key' };
  return bridgerpay.client(account, () => now);
}

async function read(target: object = {}, client = clientOf()): Promise<ReadAttempt> {
  const answer = await client.read({ kind: 'deposit', key, ...target }, new AbortController().signal);
  expect(JSON.stringify(answer)).not.toContain(canary);
  return answer;
}

async function readAs(...told: Told[]): Promise<ReadAttempt> {
  answers[depositPath] = told;
  return read();
}

const absent = { ok: true, reading: { presence: 'absent', movements: [] } };
const fails = (failure: string, detail: string, isTransient = true) => ({
  ok: false,
  failure,
  detail,
  isTransient,
});

describe('an envelope is what its code says, with and without a result', () => {
  test.each([
    [404, absent],
    ['404', absent],
    [401, fails('credentials', 'HTTP 200, code 401', false)],
    [403, fails('credentials', 'HTTP 200, code 403', false)],
    [400, fails('refused', 'HTTP 200, code 400', false)],
    [429, fails('rate_limited', 'HTTP 200, code 429')],
    [500, fails('unavailable', 'HTTP 200, code 500')],
    [503, fails('unavailable', 'HTTP 200, code 503')],
    [302, fails('unavailable', 'HTTP 200, code 302')],
    [200, fails('unavailable', 'HTTP 200, code 200 without a deposit')],
    [null, fails('malformed', 'HTTP 200, unexpected shape at response')],
    [{}, fails('malformed', 'HTTP 200, unexpected shape at response')],
    ['soon', fails('malformed', 'HTTP 200, unexpected shape at response')],
  ])('code %j', async (code, expected) => {
    for (const result of [undefined, null, [], {}, [{ field: 'x' }]]) {
      if (code === 200 && Array.isArray(result) && result.length > 0) continue;
      expect(await readAs(envelope({ code, status: '-' }, result))).toEqual(expected);
    }
  });

  test('a word stands in for the code', async () => {
    for (const status of ['OK', 'success'])
      expect(await readAs(envelope({ status }, JSON.parse(deposit().body).result))).toMatchObject({
        ok: true,
        reading: { presence: 'open' },
      });
  });

  test('the code in the body counts before the HTTP status', async () => {
    expect(await readAs(failed(401, 404))).toMatchObject({ failure: 'credentials' });
    expect(await readAs(failed(404, 400))).toEqual(absent);
  });

  test.each([[null], [[]], [{}], ['']])('a deposit that is %j: nobody has paid yet', async (none) => {
    expect(await readAs(ok({ deposit: none }))).toEqual(absent);
  });

  test.each([['approved'], [7], [true], [[{ status: 'approved' }]]])(
    'a deposit that is %j is malformed',
    async (odd) => {
      expect(await readAs(ok({ deposit: odd }))).toEqual(
        fails('malformed', 'HTTP 200, unexpected shape at result'),
      );
    },
  );
});

describe('a word of the road is not that of the provider: samples 13 and 21', () => {
  test.each([
    ['an HTML 404', { ...html, http: 404 }, "HTTP 404, not the provider's own error"],
    ['an empty 404', { body: '', http: 404 }, "HTTP 404, not the provider's own error"],
    ['a 404 of a gateway', { body: '{"path":"/v2"}', http: 404 }, "HTTP 404, not the provider's own error"],
    ['a 404 that has a deposit', { ...deposit(), http: 404 }, "HTTP 404, not the provider's own error"],
    ['a 403 page', { ...html, http: 403 }, "HTTP 403, not the provider's own error"],
    ['a maintenance page with 200', html, 'HTTP 200, not JSON'],
    ['nothing with 200', { body: '' }, 'HTTP 200, empty'],
    [
      "another API's list",
      { body: '[{"status":"approved"}]' },
      'HTTP 200, JSON that is not the answer asked for',
    ],
    ['a login', { body: '{"login":"/sso"}' }, 'HTTP 200, JSON that is not the answer asked for'],
    [
      'a deposit without an envelope',
      { body: '{"deposit":{}}' },
      'HTTP 200, JSON that is not the answer asked for',
    ],
    ['a redirect', { body: '', http: 302 }, 'HTTP 302, a redirect'],
  ])('%s is unavailable, and no payment is absent by it', async (_, told, detail) => {
    expect(await readAs(told)).toEqual(fails('unavailable', detail));
    answers[listPath] = [told];
    expect(await read({ kind: 'payout' })).toEqual(fails('unavailable', detail));
  });

  test.each([
    ['an HTML page', html],
    ['an own 404', failed(404)],
    ['a success without a token', ok({})],
    ['a success without a result', envelope({ code: 200 })],
  ])('%s for a login says nothing about the payment', async (_, told) => {
    answers[loginPath] = [told];
    const answer = await readAs(deposit());
    expect(answer).toMatchObject({ ok: false });
    expect(answer).not.toMatchObject({ failure: 'unknown_session' });
    expect(asked).toEqual([loginPath]);
  });

  test("the provider's own 404 is", async () => {
    for (const body of ['{"message":"no such order"}', failed(404).body, '{"error":{"code":"NOT_FOUND"}}'])
      expect(await readAs({ body, http: 404 })).toEqual(absent);
  });
});

describe('a token that is refused is renewed: sample 15', () => {
  test.each([
    ['inside the envelope', failed(401)],
    ['as text inside the envelope', failed('401')],
    ['by HTTP', failed(401, 401)],
    ['by HTTP and nothing else', { body: '', http: 401 }],
  ])('%s', async (_, refusal) => {
    const client = clientOf();
    answers[depositPath] = [deposit(), refusal, deposit({ status: 'refunded' })];
    expect(await read({}, client)).toMatchObject({ ok: true });
    expect(await read({}, client)).toMatchObject({
      ok: true,
      reading: { movements: [{}, { refunded: 'full' }] },
    });
    expect(asked).toEqual([loginPath, depositPath, depositPath, loginPath, depositPath]);
  });

  test.each([['7200'], [7_200], [null], ['soon'], [-1], [{}]])(
    'a lifetime of %j is no reason to fail',
    async (expires) => {
      answers[loginPath] = [ok({ access_token: { token: 'token', expires_in: expires } })];
      const client = clientOf();
      answers[depositPath] = [deposit()];
      expect([(await read({}, client)).ok, (await read({}, client)).ok]).toEqual([true, true]);
      expect(asked).toEqual([loginPath, depositPath, depositPath]);
    },
  );
});

describe('the order is the one that was asked for', () => {
  test.each([['order-2'], [null], [undefined], [{}], ['']])(
    'an answer about %j is foreign',
    async (order) => {
      expect(await readAs(deposit({ merchant_order_id: order }))).toMatchObject({
        failure: 'foreign_session',
      });
    },
  );

  test('its id may be a number, also one of nineteen digits', async () => {
    for (const id of ['7', '1000000000000000001']) {
      const { body } = deposit();
      answers[`/v2/merchant/key/deposits/${id}`] = [{ body: body.replace(`"${key}"`, id) }];
      expect(await read({ key: id })).toMatchObject({ ok: true });
    }
  });

  test('two payments with ids of nineteen digits are two: sample 14', async () => {
    const { body } = deposit();
    const idOf = async (id: string) => {
      const answer = await readAs({ body: body.replace('"t-1"', id) });
      return answer.ok && answer.reading.movements[0]?.id;
    };
    for (const id of ['1000000000000000001', '1000000000000000002']) expect(await idOf(id)).toBe(id);
  });
});

describe('attempts that the order no longer lists', () => {
  const attempts = ['own-2'];
  const pending = (more: object = {}) => deposit({ transaction_id: 't-2', status: 'in_process', ...more });

  beforeEach(() => {
    answers[depositPath] = [deposit({ status: 'declined' })];
  });

  test('are read by their own ids, and stand beside it', async () => {
    answers[attemptPath('own-2')] = [pending()];
    expect(await read({ attempts })).toMatchObject({
      ok: true,
      reading: {
        movements: [
          { kind: 'authorization', id: 't-1', status: 'rejected' },
          { kind: 'authorization', id: 't-2', aliases: ['own-2'], status: 'pending' },
        ],
        ruledOut: [
          { kind: 'capture', id: 't-1' },
          { kind: 'capture', id: 't-2' },
        ],
      },
    });
    expect(asked).toEqual([loginPath, depositPath, attemptPath('own-2')]);
  });

  test('may stand in the result itself', async () => {
    answers[attemptPath('own-2')] = [ok(JSON.parse(pending().body).result.deposit)];
    expect(await read({ attempts })).toMatchObject({
      reading: { movements: [{ id: 't-1' }, { id: 't-2' }] },
    });
  });

  test.each([
    ['an own 404', failed(404)],
    ['a page', html],
    ['a 500', { body: '', http: 500 }],
    ['a 429', { body: '', http: 429 }],
    ['a refusal', failed(403)],
    ['nothing', ok(null)],
    ['an odd result', ok('x')],
    ['another order', pending({ merchant_order_id: 'order-2' })],
    ['no order', pending({ merchant_order_id: null })],
  ])('by %s are left out, and the read stands', async (_, told) => {
    const without = await read();
    answers[attemptPath('own-2')] = [told];
    expect(await read({ attempts })).toEqual(without);
  });

  test('are three at most, and ids cannot leave their place in the path', async () => {
    await read({ attempts: ['../x', 'b?c', 'd', 'e'] });
    expect(asked.slice(2).toSorted()).toEqual(['..%2Fx', 'b%3Fc', 'd'].map(attemptPath));
  });

  test('are a payment where the order itself is absent', async () => {
    answers[depositPath] = [failed(404)];
    answers[attemptPath('own-2')] = [pending()];
    expect(await read({ attempts })).toMatchObject({
      reading: { presence: 'open', movements: [{ id: 't-2' }] },
    });
  });

  test('are not asked for where the read of the order failed', async () => {
    answers[depositPath] = [{ body: '', http: 503 }];
    expect(await read({ attempts })).toMatchObject({ ok: false, failure: 'unavailable' });
    expect(asked).toEqual([loginPath, depositPath]);
  });
});

describe('payouts', () => {
  const listed = {
    id: 'p-1',
    transaction_id: 't-1',
    merchant_order_id: key,
    status: 'Pending',
    amount: 22.96,
    currency: 'EUR',
  };
  const pay = (one: Told, list: unknown = [listed]) => {
    answers[listPath] = [ok(list)];
    answers['/v2/key/payouts/p-1'] = [one];
    return read({ kind: 'payout' });
  };
  const movement = { id: 't-1', aliases: ['p-1'], amount: 2_296, currency: 'EUR' };

  test('what the answer by id leaves out is as listed: sample 22', async () => {
    const nulls = Object.fromEntries(Object.keys(listed).map((name) => [name, null]));
    for (const nothing of [nulls, {}, [], null, { ...nulls, amount: '', currency: 'null' }])
      expect(await pay(ok(nothing))).toMatchObject({
        ok: true,
        reading: { outcome: 'pending', movements: [{ ...movement, status: 'pending' }] },
      });
  });

  test('what it tells is newer', async () => {
    expect(await pay(ok({ ...listed, amount: null, status: 'Approved' }))).toMatchObject({
      reading: { outcome: 'approved', movements: [{ ...movement, status: 'approved' }] },
    });
  });

  test('where it knows none the list stands', async () => {
    expect(await pay(failed(404))).toMatchObject({ ok: true, reading: { movements: [movement] } });
    expect(await pay(failed(503))).toMatchObject({ ok: false, failure: 'unavailable' });
  });

  test.each([[{ merchant_order_id: 'order-2' }], [{ id: 'p-2' }]])(
    'an answer about %j is foreign',
    async (other) => {
      expect(await pay(ok({ ...listed, ...other }))).toMatchObject({ failure: 'foreign_session' });
      if ('merchant_order_id' in other)
        expect(await pay(ok(listed), [{ ...listed, ...other }])).toMatchObject({
          failure: 'foreign_session',
        });
    },
  );

  test('an entry that is none spoils no other', async () => {
    expect(await pay(ok(listed), [null, listed])).toMatchObject({
      ok: true,
      reading: { movements: [{ isUnnamed: true, status: 'pending' }, movement], unreadable: ['payout 0'] },
    });
  });

  test.each([[[]], [{}], [{ records: [] }]])('a list of %j: nothing is paid out', async (list) => {
    expect(await pay(ok(listed), list)).toEqual(absent);
  });

  test('no list at all says nothing', async () => {
    expect(await pay(ok(listed), null)).toEqual(fails('unavailable', 'HTTP 200, code 200 without a list'));
    expect(await pay(ok(listed), 'none')).toEqual(fails('malformed', 'HTTP 200, unexpected shape at result'));
  });
});
