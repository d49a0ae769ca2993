import { type BridgerpayHarness, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay({ now: () => Date.parse('2026-09-20T10:00:00.123Z') });
});
afterEach(() => harness.close());

/** A paid order of 70.90 EUR, and the id that its approval told. */
async function paid(given: object = {}) {
  const orderId = await harness.order({ amount: '70.90', ...given });
  await harness.act(orderId, 'approve');
  const [hook] = await harness.told(1);
  return { orderId, id: hook.data.charge.refund_id as string };
}

test('all of it', async () => {
  const { orderId, id } = await paid();
  const { status, body } = await harness.refund(id);
  expect(status).toBe(200);
  expect(body).toEqual({
    response: { status: 'OK', code: 200, message: '200' },
    result: {
      refund_transaction_id: expect.any(String),
      amount: 70.9,
      processing_date: '2026-09-20T10:00:00.1230000Z',
      decline_code: '',
      decline_reason: '',
      status: 'approved',
      currency: 'EUR',
      created_by: expect.any(String),
    },
  });
  expect((await harness.deposit(orderId)).body.result.deposit.status).toBe('refunded');
});

test('a part, with its amount in the path', async () => {
  const { orderId, id } = await paid();
  expect((await harness.refund(id, '5.50')).body.result.amount).toBe(5.5);
  expect((await harness.deposit(orderId)).body.result.deposit.status).toBe('partly_refunded');
});

test('is notified under the id that its answer gave', async () => {
  const { id } = await paid();
  const { result } = (await harness.refund(id, '5')).body;
  const [, hook] = await harness.told(2);
  expect(hook.webhook.type).toBe('partly_refunded');
  expect(hook.data.charge.refund_id).toBe(result.refund_transaction_id);
  expect(hook.data.charge.attributes.amount).toBe(-5);
});

test('is not idempotent: the same part twice goes back twice', async () => {
  const { orderId, id } = await paid();
  await harness.refund(id, '5');
  await harness.refund(id, '5');
  expect((await harness.control('GET', `/orders/${orderId}`)).body.refunded).toBe(1_000);
});

test('without an amount it is of the rest', async () => {
  const { id } = await paid();
  await harness.refund(id, '70');
  expect((await harness.refund(id)).body.result.amount).toBe(0.9);
});

test('above what is left it is a 400 that names both', async () => {
  const { id } = await paid();
  await harness.refund(id, '67.90');
  const { status, body } = await harness.refund(id, '10');
  expect(status).toBe(400);
  expect(body).toEqual({
    response: {
      status: 'BadRequest',
      code: 400,
      message: "Amount '10' is higher than the available amount for refund '3.0'",
    },
    result: null,
  });
});

test('where nothing is left it is a 400', async () => {
  const { id } = await paid();
  await harness.refund(id);
  expect((await harness.refund(id)).status).toBe(400);
});

test.each(['0', '-5', '5.001', 'five', '1e1'])('of %s it is a 400', async (amount) => {
  const { id } = await paid();
  const { status, body } = await harness.refund(id, amount);
  expect([status, body.response.code]).toEqual([400, 400]);
});

test.each(['decline', 'pay', 'authorize', 'void'])('after %s it is a 400', async (action) => {
  const { ids } = (await harness.act(await harness.order(), action)).body;
  expect((await harness.refund(ids.id)).body.response.code).toBe(400);
});

test('without "Allow Refunds" it is a 400, and the approval said so', async () => {
  const orderId = await harness.order({ behaviour: { allowRefunds: false } });
  const { ids } = (await harness.act(orderId, 'approve')).body;
  const [hook] = await harness.told(1);
  expect(hook.data.charge).toMatchObject({ is_refundable: false, refund_id: '' });
  expect((await harness.refund(ids.id)).body.response.code).toBe(400);
});

test('a declined one is a 200 all the same, changes nothing and tells nobody', async () => {
  const { orderId, id } = await paid({ behaviour: { refundOutcome: 'declined' } });
  const { body } = await harness.refund(id);
  expect([body.response.code, body.result.status, body.result.decline_code]).toEqual([200, 'declined', '-4']);
  expect((await harness.deposit(orderId)).body.result.deposit.status).toBe('approved');
  expect(await harness.ledger(orderId)).toMatchObject({
    deliveries: [{ type: 'approved' }],
    pendingHooks: 0,
  });
});

test('of an unknown transaction it is a 404', async () => {
  const { status, body } = await harness.refund('nobody');
  expect([status, body.response.code]).toEqual([404, 404]);
});

test('commands are in the ledger, apart from reads', async () => {
  const { orderId, id } = await paid();
  await harness.refund(id, '5');
  await harness.refund(id, '500');
  expect((await harness.ledger(orderId)).commands).toEqual([
    expect.objectContaining({ operation: 'refund', kind: 'deposit', orderId, status: 200, code: 200 }),
    expect.objectContaining({ operation: 'refund', kind: 'deposit', orderId, status: 400, code: 400 }),
  ]);
});
