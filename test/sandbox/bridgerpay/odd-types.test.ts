import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay();
});
afterEach(() => harness.close());

const patch = (id: string, ...patches: object[]) =>
  harness.control('PUT', `${harness.orderPath(id)}/patches`, patches);

test('two deposits whose ids a number cannot hold', async () => {
  const texts: string[] = [];
  for (const digits of ['1000000000000000001', '1000000000000000002']) {
    const set = { result: { deposit: { transaction_id: { $raw: digits } } } };
    const id = await harness.order({ patches: [{ set }] });
    await harness.act(id, 'approve');
    texts.push((await harness.deposit(id)).text);
  }
  expect(texts[0]).toContain('"transaction_id":1000000000000000001,');
  expect(texts[1]).toContain('"transaction_id":1000000000000000002,');
});

test('a payout by id has nulls, while the list has everything', async () => {
  const id = await harness.order({ kind: 'payout', amount: '22.96' });
  await harness.act(id, 'approve');
  await patch(id, {
    on: 'read.payout',
    set: { result: { amount: null, currency: null, status: null, transaction_id: null } },
  });
  const [listed] = (await harness.payouts(id)).body.result;
  const one = (await harness.payout(listed.id)).body.result;
  expect([listed.amount, listed.currency, listed.status]).toEqual([22.96, 'EUR', 'Approved']);
  expect([one.id, one.amount, one.currency, one.status]).toEqual([listed.id, null, null, null]);
});

test('patches of all orders, and their end', async () => {
  const id = await harness.order();
  await harness.act(id, 'approve');
  await harness.control('PUT', '/patches', [{ set: { result: { deposit: { amount: 22.96 } } } }]);
  expect((await harness.control('GET', '')).body.patches).toHaveLength(1);
  const amount = async () => (await harness.deposit(id)).body.result.deposit.amount;
  expect(await amount()).toBe(22.96);
  await harness.control('DELETE', '/patches');
  expect(await amount()).toBe('22.96');
});

test('genuine notifications with odd fields', async () => {
  const id = await harness.order();
  await patch(id, {
    on: 'hook',
    set: { data: { order_id: { $raw: '1000000000000000001' }, charge: { attributes: { amount: '22.96' } } } },
    omit: ['meta'],
  });
  await harness.act(id, 'approve');
  const [hook] = await harness.receiver.until(1);
  expect(hook!.rawBody).toContain('"order_id":1000000000000000001,');
  expect(hook!.fields).not.toHaveProperty('meta');
  expect((hook!.fields as Json).data.charge.attributes.amount).toBe('22.96');
});

test.each([
  ['number', -5],
  ['text', '-5.00'],
  ['positive', 5],
  ['positive_text', '5.00'],
])('a refund is told as a %s', async (refundAmounts, amount) => {
  const id = await harness.order({ behaviour: { refundAmounts } });
  await harness.act(id, { action: 'approve', hooks: false }, { action: 'refund', amount: '5.00' });
  const [refund] = await harness.told(1);
  expect(refund.data.charge.attributes.amount).toBe(amount);
});

test.each(['own', 'deposit'])('a refund is told under its %s id', async (refundIds) => {
  const id = await harness.order({ behaviour: { refundIds } });
  const { ids } = (await harness.act(id, { action: 'approve', hooks: false })).body;
  await harness.act(id, { action: 'refund', refundId: 'f1' });
  const [refund] = await harness.told(1);
  expect(refund.data.charge.refund_id).toBe(refundIds === 'own' ? 'f1' : ids.id);
});

describe('a forged notification', () => {
  test.each([
    ['any JSON', { body: [1, null] }, '[1,null]'],
    ['null', { body: null }, 'null'],
    [
      'a number of 19 digits',
      { body: { id: { $raw: '1000000000000000001' } } },
      '{"id":1000000000000000001}',
    ],
    ['any text', { text: '{"webhook":' }, '{"webhook":'],
  ])('is %s, in copies', async (_what, given, raw) => {
    const id = await harness.order();
    expect((await harness.forge(id, { ...given, copies: 2 })).status).toBe(202);
    const received = await harness.receiver.until(2);
    expect(received.map((each) => each.rawBody)).toEqual([raw, raw]);
    await harness.settled(id);
    expect((await harness.ledger(id)).deliveries).toHaveLength(2);
  });

  test('lacks its type', async () => {
    const id = await harness.order();
    await harness.forge(id, { type: 'refunded', omit: ['webhook'] });
    const [body] = await harness.told(1);
    expect(body).not.toHaveProperty('webhook');
    await harness.settled(id);
    expect((await harness.ledger(id)).deliveries).toMatchObject([{ type: 'none' }]);
  });
});
