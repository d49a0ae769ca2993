import { type BridgerpayHarness, openBridgerpay } from './bridgerpay/harness.ts';
import { type Harness, openHarness } from './harness.ts';

let clock = 0;
beforeEach(() => {
  clock = Date.parse('2026-09-20T10:00:00Z');
});

const pages = [
  ['gateway', 404, 'text/html', /<h1>404/],
  ['empty', 404, 'text/plain', /^$/],
  ['foreign', 404, 'application/json', /"error":"Not Found"/],
  ['maintenance', 200, 'text/html', /Back soon/],
  ['login', 200, 'text/html', /password/],
] as const;

describe('the road to Briqpay', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await openHarness({ now: () => clock });
  });
  afterEach(() => harness.close());

  test.each(pages)('%s', async (page, status, type, text) => {
    const id = await harness.session({
      faults: [
        { kind: 'road', page },
        { kind: 'road', page, status: 502 },
      ],
    });
    const answer = await harness.read(id);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    expect(answer.text).toMatch(text);
    expect((await harness.read(id)).status).toBe(502);
    expect((await harness.read(id)).body.sessionId).toBe(id);
  });

  test('any answer at all, of a command too', async () => {
    const id = await harness.session({
      faults: [
        { kind: 'answer', status: 418, type: 'text/x-odd', text: '{"half' },
        { kind: 'answer', text: '{"sessionId":1000000000000000001}', on: 'cancel', applied: false },
      ],
    });
    const { status, headers, text } = await harness.read(id);
    expect([status, headers.get('content-type'), text]).toEqual([418, 'text/x-odd', '{"half']);
    const answer = await harness.api('POST', `/session/${id}/order/cancel`);
    expect([answer.status, answer.text]).toEqual([200, '{"sessionId":1000000000000000001}']);
  });

  test('all sessions are hidden behind one page, for as long as it lasts', async () => {
    const ids = [await harness.session(), await harness.session()];
    const set = await harness.control('PUT', '/faults', [{ kind: 'road', page: 'gateway', forMs: 480_000 }]);
    expect(set.body.faults).toMatchObject([{ kind: 'road', times: 'forever', forMs: 480_000 }]);
    const statuses = async () =>
      (await Promise.all(ids.map((id) => harness.read(id)))).map(({ status }) => status);
    expect(await statuses()).toEqual([404, 404]);
    clock += 479_999;
    expect(await statuses()).toEqual([404, 404]);
    clock += 1;
    expect(await statuses()).toEqual([200, 200]);
    expect((await harness.control('GET', '')).body.faults).toEqual([]);
  });

  test("Briqpay's own words for a session that it does not know", async () => {
    const unknown = await harness.read('0badcafe-0000-4000-8000-000000000000');
    const absent = await harness.read(await harness.session({ faults: [{ kind: 'absent' }] }));
    expect([absent.status, absent.text]).toEqual([404, unknown.text]);
  });
});

describe('the road to BridgerPay', () => {
  let harness: BridgerpayHarness;
  beforeEach(async () => {
    harness = await openBridgerpay({ now: () => clock });
  });
  afterEach(() => harness.close());

  test.each(pages)('%s', async (page, status, type, text) => {
    const id = await harness.order({ faults: [{ kind: 'road', page }] });
    await harness.act(id, 'approve');
    const answer = await harness.deposit(id);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    expect(answer.text).toMatch(text);
    expect((await harness.deposit(id)).body.result.deposit.merchant_order_id).toBe(id);
  });

  test.each([200, 401, 404, 500])('an envelope with the code %i and no result', async (code) => {
    const id = await harness.order({ faults: [{ kind: 'code', code, withoutResult: true }] });
    await harness.act(id, 'approve');
    const { status, body } = await harness.deposit(id);
    expect([status, Object.keys(body), body.response.code]).toEqual([200, ['response'], code]);
    expect((await harness.deposit(id)).body.result.deposit.status).toBe('approved');
  });

  test('an envelope under its own HTTP status, with a result of null', async () => {
    const id = await harness.order({ faults: [{ kind: 'code', code: 200, http: 503 }] });
    const { status, body } = await harness.deposit(id);
    expect([status, body.response.status, body.result]).toEqual([503, 'OK', null]);
  });

  test('a fault of one kind of read leaves the others alone', async () => {
    const id = await harness.order({ kind: 'payout' });
    const [{ id: one }] = (await harness.payouts(id)).body.result;
    await harness.control('PUT', '/faults', [
      { kind: 'road', page: 'login', on: 'read.payout', times: 'forever' },
      { kind: 'road', page: 'empty', on: 'read.deposit', times: 'forever' },
    ]);
    expect((await harness.payouts(id)).body.result).toHaveLength(1);
    expect((await harness.payout(one)).text).toContain('password');
    expect((await harness.deposit(id)).status).toBe(404);
    expect((await harness.ledger(id)).reads).toMatchObject([
      { operation: 'read', status: 200 },
      { operation: 'read', status: 200 },
      { operation: 'read', status: 200, fault: 'road' },
      { operation: 'read', status: 404, fault: 'road' },
    ]);
  });
});
