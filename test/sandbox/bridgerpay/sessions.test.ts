import { type BridgerpayHarness, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay();
});
afterEach(() => harness.close());

const create = (changes: object = {}) =>
  harness.api('POST', '/cashier/session/create/sandbox-api-key', {
    cashier_key: 'sandbox-cashier-key',
    order_id: 'o-1',
    amount: 45.36,
    currency: 'EUR',
    country: 'NL',
    amount_lock: true,
    currency_lock: true,
    payload: 'echo-me',
    ...changes,
  });

test('a session answers its token, and nothing else', async () => {
  const { status, body } = await create();
  expect(status).toBe(200);
  expect(body).toEqual({
    response: { status: 'OK', code: 200, message: 'OK' },
    result: { cashier_token: expect.any(String) },
  });
});

test('a session is no deposit: until somebody pays, the read is a 200 that says 404', async () => {
  await create();
  await harness.act('o-1', 'init');
  const { status, body } = await harness.deposit('o-1');
  expect([status, body.response.code, body.result]).toEqual([200, 404, null]);
});

test('what is paid in it is what it asked for', async () => {
  await create();
  await harness.act('o-1', 'approve');
  const { deposit } = (await harness.deposit('o-1')).body.result;
  expect(deposit).toMatchObject({
    merchant_order_id: 'o-1',
    amount: '45.36',
    currency: 'EUR',
    country: 'NL',
  });
});

test('without an amount the checkout has its own', async () => {
  await create({ amount: undefined });
  await harness.act('o-1', 'approve');
  expect((await harness.deposit('o-1')).body.result.deposit.amount).toBe('100.00');
});

test('an order id may be a number', async () => {
  await create({ order_id: 640790367 });
  await harness.act('640790367', 'approve');
  expect((await harness.deposit('640790367')).body.result.deposit.merchant_order_id).toBe('640790367');
});

test('the same order id again is another session of the same order', async () => {
  await create();
  await create({ amount: 46 });
  const { body } = await harness.control('GET', '/orders/o-1');
  expect(body).toMatchObject({
    amount: 4_600,
    cashierSessions: [{ state: 'created' }, { state: 'created' }],
  });
});

test('what the session tells of the shopper comes back, the payload too', async () => {
  await create({
    first_name: 'Ada',
    last_name: 'L',
    email: 'ada@example.test',
    single_payment_method: 'apm',
  });
  await harness.act('o-1', 'init', 'approve');
  const [init, approved] = await harness.told(2);
  expect(init.data.charge.attributes.source).toMatchObject({ email: 'ada@example.test', name: 'Ada L' });
  expect(approved.data.charge.attributes).toMatchObject({
    payment_method: 'apm',
    source: { email: 'ada@example.test', name: 'Ada L' },
  });
  expect([init.meta.payload, approved.meta.payload]).toEqual(['echo-me', 'echo-me']);
});

test('what it does not tell has its words in the first notification', async () => {
  await create({ payload: undefined });
  await harness.act('o-1', 'init');
  const [init] = await harness.told(1);
  expect(init.data.charge.attributes.source).toMatchObject({ email: 'null', name: ' ' });
  expect(init.meta.payload).toBe('null');
});

test('creating tells nobody', async () => {
  await create();
  expect(await harness.ledger('o-1')).toMatchObject({ deliveries: [], pendingHooks: 0 });
});

test.each([
  ['no order id', { order_id: undefined }, 'order_id'],
  ['an empty order id', { order_id: '' }, 'order_id'],
  ['another cashier key', { cashier_key: 'x' }, 'cashier_key'],
  ['no such currency', { currency: 'Euro' }, 'currency'],
  ['a country in three letters', { country: 'NLD' }, 'country'],
  ['nothing to pay', { amount: 0 }, 'amount'],
  ['an amount in words', { amount: '45.36' }, 'amount'],
  ['more decimals than the currency has', { amount: 45.361 }, 'amount'],
  ['decimals of a currency that has none', { amount: 45.5, currency: 'JPY' }, 'amount'],
])('refuses %s by its field', async (_name, changes, field) => {
  const { status, body } = await create(changes);
  expect([status, body.response]).toEqual([400, { status: 'BadRequest', code: 400, message: '400' }]);
  expect(body.result).toEqual([{ type: 'validation_error', field, message: expect.any(String) }]);
});

test('all that is wrong is said at once', async () => {
  const { body } = await create({ currency: '?', country: '?' });
  expect(body.result.map(({ field }: { field: string }) => field)).toEqual(['currency', 'country']);
});
