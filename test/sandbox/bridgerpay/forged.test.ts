import { type BridgerpayHarness, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay();
});
afterEach(() => harness.close());

test('one goes where the others go, looks like them, and changes nothing', async () => {
  const id = await harness.order({ amount: '99.95' });
  const { status } = await harness.forge(id, { type: 'approved' });
  expect(status).toBe(202);
  const [body] = await harness.told(1);
  expect(body.data).toMatchObject({
    order_id: id,
    charge: { type: 'approved', is_refundable: true, attributes: { status: 'approved', amount: 99.95 } },
  });
  expect((await harness.deposit(id)).body.response.code).toBe(404);
});

test('it names the transaction of the order, as one that was seen would', async () => {
  const id = await harness.order();
  await harness.act(id, { action: 'pay', transactionId: 't-1' });
  await harness.forge(id, { type: 'declined' });
  const [body] = await harness.told(1);
  expect(body.data.charge).toMatchObject({ id: 't-1', attributes: { decline_code: -4 } });
});

test('overrides lie over it field by field, and omit leaves fields out', async () => {
  const id = await harness.order();
  const overrides = {
    data: { order_id: 640790367, charge: { attributes: { amount: 1e3, currency: null } } },
    extra: { deep: [1] },
  };
  const omit = ['meta.payload', 'data.charge.operation_type', 'no.such.field'];
  await harness.forge(id, { type: 'approved', overrides, omit });
  const [body] = await harness.told(1);
  expect(body).toMatchObject({
    webhook: { type: 'approved' },
    data: {
      order_id: 640790367,
      charge: { attributes: { amount: 1000, currency: null, status: 'approved' } },
    },
    extra: { deep: [1] },
  });
  expect(body.meta).not.toHaveProperty('payload');
  expect(body.data.charge).not.toHaveProperty('operation_type');
});

test('it does not know the payload, unless told', async () => {
  const id = await harness.order({ payload: 'secret' });
  await harness.forge(id, { type: 'approved' });
  await harness.forge(id, { type: 'cashier.session.init' });
  await harness.forge(id, { type: 'approved', withPayload: true });
  const payloads = (await harness.told(3)).map(({ meta }) => meta.payload);
  expect(payloads).toEqual([null, 'null', 'secret']);
});

test.each(['payment_card_token', 'chargeback', 'Capture'])('its type may be %s', async (type) => {
  await harness.forge(await harness.order(), { type });
  const [body] = await harness.told(1);
  expect([body.webhook.type, body.data.charge.attributes.status]).toEqual([type, type]);
});

test.each([
  ['partly_refunded', -22.96],
  ['refunded', -22.96],
  ['voided', 22.96],
])('%s of an order that nobody paid', async (type, amount) => {
  await harness.forge(await harness.order(), { type });
  const [body] = await harness.told(1);
  expect(body.data.charge.attributes.amount).toBe(amount);
});

test('it can be of an order that does not exist, a payout too', async () => {
  await harness.forge('nobody', { type: 'approved' });
  await harness.forge('nobody', { type: 'approved', kind: 'payout' });
  const [deposit, payout] = await harness.told(2);
  expect([deposit.data.order_id, deposit.data.charge.operation_type]).toEqual(['nobody', 'deposit']);
  expect([payout.data.order_id, payout.data.charge.operation_type]).toEqual(['nobody', 'payout']);
  expect((await harness.deposit('nobody')).body.response.code).toBe(404);
  expect((await harness.ledger('nobody')).deliveries).toHaveLength(2);
});

test("of a payout's order id it is a payout's", async () => {
  const id = await harness.order({ kind: 'payout' });
  await harness.forge(id, { type: 'approved' });
  const [body] = await harness.told(1);
  expect(body.data.charge.operation_type).toBe('payout');
});

test('it comes in copies, all at once', async () => {
  const release = harness.receiver.hold();
  await harness.forge('nobody', { type: 'approved', copies: 50, concurrency: 50 });
  const hooks = await harness.receiver.until(50);
  expect(new Set(hooks.map(({ rawBody }) => rawBody)).size).toBe(1);
  release();
});

test('it needs a URL where none is set', async () => {
  await harness.control('PUT', '/hook-url', { url: null });
  const { status, body } = await harness.forge('nobody', { type: 'approved' });
  expect([status, body.error.message]).toEqual([400, expect.stringContaining('body.url')]);
  await harness.forge('nobody', { type: 'approved', url: `${harness.receiver.url}/here` });
  const [hook] = await harness.receiver.until(1);
  expect(hook?.path).toBe('/hooks/here');
});

test.each([{}, { type: '' }, { type: 'approved', surprise: 1 }])('refuses %j', async (hook) => {
  const { status, body } = await harness.forge('nobody', hook);
  expect([status, body.error.code]).toEqual([400, 'INVALID_DATA']);
});
