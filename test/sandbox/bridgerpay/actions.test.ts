import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeAll(async () => {
  harness = await openBridgerpay();
});
afterAll(() => harness.close());

const depositOf = async (id: string): Promise<Json> => (await harness.deposit(id)).body.result?.deposit;

test.each([
  ['pay', ['pay'], 'in_process', '22.96'],
  ['pay, still pending', [{ action: 'pay', status: 'pending' }], 'pending', '22.96'],
  ['approve without a word before', ['approve'], 'approved', '22.96'],
  ['approve', ['init', 'pay', 'approve', 'close'], 'approved', '22.96'],
  ['decline', ['pay', 'decline'], 'declined', '22.96'],
  ['authorize', ['pay', 'authorize'], 'authorized', '22.96'],
  ['approve what was authorized', ['authorize', 'approve'], 'approved', '22.96'],
  ['void', ['authorize', 'void'], 'voided', '22.96'],
  ['hold', ['pay', 'hold'], 'approved_on_hold', '11.48'],
  ['refund of a part', ['approve', { action: 'refund', amount: 500 }], 'partly_refunded', '22.96'],
  ['refund of all', ['approve', 'refund'], 'refunded', '22.96'],
  ['refunds that make all', ['approve', { action: 'refund', amount: 500 }, 'refund'], 'refunded', '22.96'],
  ['another try', ['decline', 'new_attempt'], 'in_process', '22.96'],
  ['another try, approved', ['decline', 'new_attempt', 'approve'], 'approved', '22.96'],
  ['approved after all', ['decline', 'approve'], 'approved', '22.96'],
  ['declined late', ['approve', 'decline'], 'declined', '22.96'],
  ['the shopper changed the amount', [{ action: 'approve', amount: '10.00' }], 'approved', '10.00'],
])('%s', async (_name, actions, status, amount) => {
  const id = await harness.order();
  await harness.act(id, ...actions);
  expect(await depositOf(id)).toMatchObject({ merchant_order_id: id, status, amount });
});

test('the deposit as a read shows it: amount and code are strings', async () => {
  const id = await harness.order({ amount: '99.95' });
  await harness.act(id, 'decline');
  expect(await depositOf(id)).toEqual({
    psp_name: 'Sandbox PSP',
    country: 'BE',
    email: expect.any(String),
    transaction_id: expect.any(String),
    psp_order_id: expect.any(String),
    merchant_order_id: id,
    amount: '99.95',
    currency: 'EUR',
    decline_reason: 'User Authentication Failed',
    decline_code: '-4',
    card_type: 'VISA',
    status: 'declined',
  });
});

test('a read may leave refunds out', async () => {
  const id = await harness.order({ behaviour: { readsShowRefunds: false } });
  await harness.act(id, 'approve', 'refund');
  expect((await depositOf(id)).status).toBe('approved');
});

test.each([
  ['JPY', 2_000, '2000'],
  ['KWD', 1_234, '1.234'],
  ['EUR', 5, '0.05'],
  ['EUR', '70.9', '70.90'],
])('%s %s reads %s', async (currency, amount, read) => {
  const id = await harness.order({ currency, amount });
  await harness.act(id, 'approve');
  expect(await depositOf(id)).toMatchObject({ currency, amount: read });
});

describe('several tries on one order id', () => {
  test('the read shows the newest, also where an older one is approved later', async () => {
    const id = await harness.order();
    await harness.act(
      id,
      { action: 'pay', transactionId: 't-1' },
      { action: 'new_attempt', transactionId: 't-2' },
    );
    const { body } = await harness.act(id, { action: 'approve', transactionId: 't-1' });
    expect(await depositOf(id)).toMatchObject({ transaction_id: 't-2', status: 'in_process' });
    expect(body).toMatchObject({ paid: 2_296, ids: { transactionId: 't-1' } });
  });

  test('each has a session of its own', async () => {
    const id = await harness.order();
    const { body } = await harness.act(id, 'init', 'decline', 'close', 'new_attempt');
    const [first, second] = body.cashierSessions;
    expect([first.state, second.state]).toEqual(['closed', 'open']);
    expect(body.ids.cashierSessionId).toBe(second.cashierSessionId);
    expect(body.hooks).toEqual(['cashier.session.init']);
  });

  test('an outcome after the shop opened another session is of a charge in that session', async () => {
    const id = await harness.order();
    await harness.act(id, 'decline');
    await harness.control('POST', '/orders', { orderId: id, amount: '30.00' });
    const { body } = await harness.act(id, 'approve');
    expect(body.attempts.map(({ status, amount }: Json) => [status, amount])).toEqual([
      ['declined', 2_296],
      ['approved', 3_000],
    ]);
    expect(body.ids.cashierSessionId).toBe(body.cashierSessions[1].cashierSessionId);
  });

  test('a try after an outcome in the same session is another charge: paid twice', async () => {
    const id = await harness.order();
    const { body } = await harness.act(id, 'approve', 'pay', 'approve');
    const [first, second] = body.attempts;
    expect(first.transactionId).not.toBe(second.transactionId);
    expect(body).toMatchObject({ paid: 4_592, amount: 2_296 });
  });

  test('an outcome of an unknown transaction is a charge that nobody asked for', async () => {
    const id = await harness.order();
    await harness.act(id, 'approve', { action: 'approve', transactionId: 'stray', amount: '1.00' });
    expect(await depositOf(id)).toMatchObject({ transaction_id: 'stray', amount: '1.00' });
  });

  test('paying on is the same transaction', async () => {
    const id = await harness.order();
    const { body } = await harness.act(id, { action: 'pay', status: 'init' }, 'pay');
    expect(body.attempts).toEqual([expect.objectContaining({ status: 'in_process' })]);
  });
});

test('an action answers the order in brief, what it touched, and the notifications that it called for', async () => {
  const id = await harness.order({ amount: 5_000, payload: 'secret' });
  const { body, text } = await harness.act(id, 'init', 'approve', { action: 'refund', amount: 1_000 });
  expect(body).toMatchObject({
    orderId: id,
    kind: 'deposit',
    status: 'partly_refunded',
    amount: 5_000,
    paid: 5_000,
    refunded: 1_000,
    hooks: ['partly_refunded'],
    ids: { refundId: body.refunds[0].refundId, id: body.attempts[0].id },
  });
  expect(text).not.toMatch(/canary|secret/i);
});

describe('money obeys no rules here', () => {
  test('a refund may be too high, twice, and in another currency', async () => {
    const id = await harness.order();
    const { body } = await harness.act(
      id,
      'approve',
      { action: 'refund', amount: 9_999, currency: 'USD' },
      {
        action: 'refund',
        amount: 1,
        refundId: 'r-1',
      },
    );
    expect(body).toMatchObject({ refunded: 10_000, refunds: [{ currency: 'USD' }, { refundId: 'r-1' }] });
  });

  test('a named transaction is refunded also where it was never paid', async () => {
    const id = await harness.order();
    const { status } = await harness.act(
      id,
      { action: 'decline', transactionId: 't-1' },
      {
        action: 'refund',
        transactionId: 't-1',
      },
    );
    expect(status).toBe(200);
  });
});

test.each([
  ['a refund where nothing is paid', {}, ['refund'], 409, 'NOTHING_PAID'],
  ['a cashier session of a payout', { kind: 'payout' }, ['init'], 409, 'NOT_OF_A_PAYOUT'],
  ['closing a payout', { kind: 'payout' }, ['close'], 409, 'NOT_OF_A_PAYOUT'],
  ['voiding a payout', { kind: 'payout' }, ['void'], 409, 'NOT_OF_A_PAYOUT'],
  ['holding a payout', { kind: 'payout' }, ['hold'], 409, 'NOT_OF_A_PAYOUT'],
  ['refunding a payout', { kind: 'payout' }, ['approve', 'refund'], 409, 'NOT_OF_A_PAYOUT'],
  ['an action that does not exist', {}, ['explode'], 400, 'INVALID_DATA'],
  ['a field that the action lacks', {}, [{ action: 'init', amount: 1 }], 400, 'INVALID_DATA'],
  ['decimals that the currency lacks', {}, [{ action: 'approve', amount: '1.001' }], 400, 'INVALID_DATA'],
])('refuses %s', async (_name, given, actions, status, code) => {
  const refused = await harness.act(await harness.order(given), ...actions);
  expect([refused.status, refused.body.error.code]).toEqual([status, code]);
});
