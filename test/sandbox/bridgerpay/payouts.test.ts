import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay({ now: () => Date.parse('2026-09-20T10:00:00Z') });
});
afterEach(() => harness.close());

const create = (changes: object = {}) =>
  harness.api('POST', '/sandbox-api-key/payouts', {
    order_id: 'p-1',
    provider: 'PspName',
    country: 'BE',
    currency: 'EUR',
    state: null,
    amount: 22.96,
    payout_method_type: 'bank_account',
    metadata: { bankCode: 'AXABBE22', email: 'john@example.test' },
    ...changes,
  });

const only = async (id: string): Promise<Json> => (await harness.payouts(id)).body.result[0];

test('one that is made answers its ids, pending', async () => {
  const { status, body } = await create();
  expect([status, body.response.code]).toEqual([200, 200]);
  expect(body.result).toMatchObject({
    id: expect.any(String),
    transaction_id: expect.any(String),
    amount: 22.96,
    currency: 'EUR',
    status: 'Pending',
    payout_method: 'bank_account',
    processing_date: '2026-09-20 10:00:00',
  });
});

test('its reads: a list by the order id, and one by its own id', async () => {
  const { id, transaction_id } = (await create()).body.result;
  const { body } = await harness.payouts('p-1');
  const shown = {
    id,
    transaction_id,
    merchant_order_id: 'p-1',
    status: 'Pending',
    amount: 22.96,
    currency: 'EUR',
  };
  expect(body.result).toEqual([expect.objectContaining(shown)]);
  expect((await harness.payout(id)).body.result).toEqual(body.result[0]);
});

test('the list may come in pages', async () => {
  await harness.order({ kind: 'payout', orderId: 'p-1', behaviour: { payoutList: 'records' } });
  expect((await harness.payouts('p-1')).body.result).toEqual({
    next_page_cursor: null,
    records: [expect.objectContaining({ merchant_order_id: 'p-1' })],
  });
});

test.each([
  ['pay', 'In_process'],
  ['authorize', 'Authorized'],
  ['approve', 'Approved'],
  ['decline', 'Declined'],
])('after %s it is %s', async (action, status) => {
  const id = await harness.order({ kind: 'payout' });
  await harness.act(id, action);
  expect((await only(id)).status).toBe(status);
});

test('a refusal has its reason', async () => {
  const id = await harness.order({ kind: 'payout' });
  await harness.act(id, { action: 'decline', declineCode: 51, declineReason: 'No funds' });
  expect(await only(id)).toMatchObject({ decline_code: '51', decline_reason: 'No funds' });
});

test('the outcome is notified with the type of its operation', async () => {
  await create();
  await harness.act('p-1', 'approve');
  const [body] = await harness.told(1);
  expect([body.webhook.type, body.data.order_id, body.data.charge.operation_type]).toEqual([
    'approved',
    'p-1',
    'payout',
  ]);
});

test('several on one order id are listed newest first', async () => {
  await create();
  await create({ amount: 5 });
  await harness.act('p-1', { action: 'new_attempt', amount: '1.00' });
  const { result } = (await harness.payouts('p-1')).body;
  expect(result.map(({ amount }: Json) => amount)).toEqual([1, 5, 22.96]);
});

test('without an order id all payouts are listed', async () => {
  await create();
  await create({ order_id: 'p-2' });
  await harness.order();
  const { result } = (await harness.api('GET', '/sandbox-api-key/payouts')).body;
  expect(result.map(({ merchant_order_id }: Json) => merchant_order_id)).toEqual(['p-2', 'p-1']);
});

test('an unknown order id has none; an unknown id is a 200 that says 404', async () => {
  expect((await harness.payouts('nobody')).body).toMatchObject({ response: { code: 200 }, result: [] });
  const { status, body } = await harness.payout('nobody');
  expect([status, body.response.code, body.result]).toEqual([200, 404, null]);
});

test("a deposit's id is no payout's", async () => {
  const { ids } = (await harness.act(await harness.order(), 'approve')).body;
  expect((await harness.payout(ids.id)).body.response.code).toBe(404);
});

describe('a deposit and a payout with one order id', () => {
  beforeEach(async () => {
    await harness.order({ orderId: 'both', amount: '1.00' });
    await harness.order({ orderId: 'both', amount: '2.00', kind: 'payout' });
  });

  test('are two', async () => {
    await harness.act('both', 'approve');
    expect((await harness.deposit('both')).body.result.deposit).toMatchObject({
      amount: '1.00',
      status: 'approved',
    });
    expect(await only('both')).toMatchObject({ amount: 2, status: 'Pending' });
  });

  test('are told apart by their kind at the strings', async () => {
    const { body } = await harness.control('POST', '/orders/both/actions?kind=payout', { action: 'approve' });
    expect(body).toMatchObject({ kind: 'payout', status: 'approved' });
    expect((await harness.deposit('both')).body.response.code).toBe(404);
    await harness.payouts('both');
    expect((await harness.ledger('both', '&kind=payout')).reads).toHaveLength(1);
  });
});

test.each([
  ['no order id', { order_id: undefined }, 'order_id'],
  ['no provider', { provider: undefined }, 'provider'],
  ['nothing to pay', { amount: 0 }, 'amount'],
  ['no amount', { amount: undefined }, 'amount'],
  ['a mail address that is a number', { metadata: { email: 1 } }, 'metadata.email'],
])('refuses %s by its field', async (_name, changes, field) => {
  const { status, body } = await create(changes);
  expect([status, body.response.code]).toEqual([400, 400]);
  expect(body.result).toEqual([{ type: 'validation_error', field, message: expect.any(String) }]);
});
