import { type Harness, type Json, openHarness } from './harness.ts';

let clock: number;
let harness: Harness;
beforeEach(async () => {
  clock = Date.parse('2026-09-20T10:00:00Z');
  harness = await openHarness({ now: () => clock });
});
afterEach(() => harness.close());

const put = (id: string, ...patches: object[]) => harness.control('PUT', `/sessions/${id}/patches`, patches);

async function captured(...patches: object[]) {
  const id = await harness.session({ patches });
  await harness.act(
    id,
    { action: 'complete', transactionId: 'tx-1' },
    'approve',
    { action: 'capture', captureId: 'c1', amount: 10_000 },
    { action: 'capture', captureId: 'c2', amount: 20_000 },
  );
  return id;
}

test('odd types in any field of a read: lists for maps, texts for booleans and numbers, null', async () => {
  const id = await captured({
    set: {
      references: [],
      data: {
        order: { amountIncVat: '30000' },
        captures: { '*': { autoCaptured: 'true' }, '1': { amountIncVat: '20000' } },
        refunds: null,
      },
    },
  });
  const { sessionId, references, data } = (await harness.read(id)).body;
  expect([sessionId, references, data.order.amountIncVat, data.refunds]).toEqual([id, [], '30000', null]);
  expect(data.captures).toMatchObject([
    { captureId: 'c1', autoCaptured: 'true', amountIncVat: 10_000 },
    { captureId: 'c2', autoCaptured: 'true', amountIncVat: '20000' },
  ]);
});

test('a number of 19 digits, and an object in place of a list, as they are', async () => {
  const id = await captured({
    set: {
      data: {
        transactions: { 0: { transactionId: { $raw: '1000000000000000001' } } },
        refunds: { $raw: '{}' },
      },
    },
  });
  const { text, body, headers } = await harness.read(id);
  expect(text).toContain('"transactionId":1000000000000000001,');
  expect(body.data.refunds).toEqual({});
  expect(headers.get('content-type')).toMatch(/^application\/json/);
});

test('fields and entries are left out', async () => {
  const id = await captured({
    omit: [
      'moduleStatus',
      'data.captures.*.status',
      'data.captures.0.captureId',
      'data.transactions.0',
      'no.such',
    ],
  });
  const { moduleStatus, data } = (await harness.read(id)).body;
  expect([moduleStatus, data.transactions]).toEqual([undefined, []]);
  expect(data.captures.map((each: Json) => [each.captureId, each.status])).toEqual([
    [undefined, undefined],
    ['c2', undefined],
  ]);
});

test('they last until they are taken away, or for so many reads, or so long', async () => {
  const id = await captured();
  const country = async () => (await harness.read(id)).body.country;
  await put(id, { set: { country: 'XX' } });
  expect([await country(), await country(), await country()]).toEqual(['XX', 'XX', 'XX']);
  await put(id, { set: { country: 'XX' }, times: 2 });
  expect([await country(), await country(), await country()]).toEqual(['XX', 'XX', 'SE']);
  await put(id, { set: { country: 'XX' }, forMs: 1_000 });
  expect([await country(), await country()]).toEqual(['XX', 'XX']);
  clock += 1_000;
  expect(await country()).toBe('SE');
  await put(id, { set: { country: 'XX' } });
  expect((await harness.control('DELETE', `/sessions/${id}/patches`)).status).toBe(204);
  expect(await country()).toBe('SE');
});

test('a session has its own; the others have those of all', async () => {
  const [own, other] = [await captured({ set: { country: 'OWN' } }), await captured()];
  await harness.control('PUT', '/patches', [{ set: { country: 'ALL' } }]);
  const countries = [await harness.read(own), await harness.read(other)].map(({ body }) => body.country);
  expect(countries).toEqual(['OWN', 'ALL']);
  expect((await harness.control('GET', '')).body.patches).toHaveLength(1);
  expect((await harness.control('GET', `/sessions/${own}`)).body.patches).toMatchObject([
    { on: 'read', times: 'forever' },
  ]);
  await harness.control('DELETE', '/patches');
  expect((await harness.read(other)).body.country).toBe('SE');
});

test('they stand beside faults, and change no refusal', async () => {
  const id = await captured({ set: { country: 'XX', error: 'no' } });
  await harness.control('PUT', `/sessions/${id}/faults`, [
    { kind: 'order_status', value: 'odd' },
    { kind: 'absent' },
    { kind: 'truncated' },
  ]);
  const { body } = await harness.read(id);
  expect([body.country, body.moduleStatus.payment.orderStatus]).toEqual(['XX', 'odd']);
  const { status, body: refusal } = await harness.read(id);
  expect([status, refusal]).toEqual([
    404,
    { error: { code: 'SESSION_NOT_FOUND', message: 'no such session' } },
  ]);
  expect((await harness.read(id)).body).toBeUndefined();
});

test('they change the answers of commands, and the hooks', async () => {
  const id = await captured();
  await harness.receiver.until(5);
  await put(
    id,
    { on: 'cancel', set: { unseen: true } },
    { on: 'refund', set: { status: 'PENDING' } },
    { on: 'hook', set: { refundId: { $raw: '1000000000000000001' }, status: null }, omit: ['event'] },
  );
  const line = {
    productType: 'adjustment',
    reference: 'a',
    name: 'a',
    quantity: 1,
    unitPrice: 100,
    taxRate: 0,
    totalAmount: 100,
    totalVatAmount: 0,
  };
  const order = { currency: 'SEK', amountIncVat: 100, amountExVat: 100, cart: [line] };
  const { body } = await harness.api('POST', `/session/${id}/order/refund`, {
    captureId: 'c1',
    data: { order },
  });
  expect(body.status).toBe('PENDING');
  const hook = (await harness.receiver.until(6)).at(-1)!;
  expect(hook.rawBody).toContain('"refundId":1000000000000000001');
  expect(hook.fields).toMatchObject({ status: null, sessionId: id });
  expect(hook.fields).not.toHaveProperty('event');
});

test.each([
  [[{ set: { country: { $raw: 'not JSON' } } }]],
  [[{ set: [] }]],
  [[{ on: 'nothing', set: {} }]],
  [[{ surprise: 1 }]],
])('refuses %j', async (patches) => {
  expect((await put(await harness.session(), ...patches)).status).toBe(400);
});
