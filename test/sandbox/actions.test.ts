import { type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

/** What a read says of the payment: order status, then the statuses of the entries. */
async function paymentOf(id: string) {
  const { body } = await harness.read(id);
  const statuses = (entries: { status: string }[]) => entries.map(({ status }) => status);
  const { transactions, captures, refunds } = body.data;
  return [
    body.moduleStatus.payment.orderStatus,
    statuses(transactions),
    statuses(captures),
    statuses(refunds),
  ];
}

test.each([
  ['complete', ['complete'], ['order_pending', ['pending'], [], []]],
  ['approve', ['complete', 'approve'], ['order_approved_not_captured', ['approved'], [], []]],
  ['reject', ['complete', 'reject'], ['order_rejected', ['rejected'], [], []]],
  ['cancel', ['complete', 'approve', 'cancel'], ['order_cancelled', ['cancelled'], [], []]],
  ['capture', ['complete', 'approve', 'capture'], ['captured_full', ['approved'], ['approved'], []]],
  [
    'capture of a part',
    ['complete', 'approve', { action: 'capture', amount: 10_000 }],
    ['captured_partial', ['approved'], ['approved'], []],
  ],
  [
    'two captures that make the whole',
    ['complete', 'approve', { action: 'capture', amount: 10_000 }, 'capture'],
    ['captured_full', ['approved'], ['approved', 'approved'], []],
  ],
  [
    'pending capture',
    ['complete', 'approve', { action: 'capture', status: 'pending' }],
    ['order_approved_not_captured', ['approved'], ['pending'], []],
  ],
  [
    'settled capture',
    ['complete', 'approve', { action: 'capture', status: 'pending' }, 'settle_capture'],
    ['captured_full', ['approved'], ['approved'], []],
  ],
  [
    'rejected capture',
    [
      'complete',
      'approve',
      { action: 'capture', status: 'pending' },
      { action: 'settle_capture', status: 'rejected' },
    ],
    ['order_approved_not_captured', ['approved'], ['rejected'], []],
  ],
  [
    'refund, settled later',
    ['complete', 'approve', 'capture', { action: 'refund', status: 'pending' }, 'settle_refund'],
    ['captured_full', ['approved'], ['approved'], ['approved']],
  ],
  ['capture before approval', ['complete', 'capture'], ['captured_full', ['pending'], ['approved'], []]],
  [
    'approval after rejection',
    ['complete', 'reject', 'approve'],
    ['order_approved_not_captured', ['approved'], [], []],
  ],
  [
    'capture after cancel',
    ['complete', 'approve', 'cancel', 'capture'],
    ['captured_full', ['cancelled'], ['approved'], []],
  ],
])('%s', async (_name, actions, payment) => {
  const id = await harness.session();
  await harness.act(id, ...actions);
  expect(await paymentOf(id)).toEqual(payment);
});

test('a new session has no order status and no transaction', async () => {
  const { body } = await harness.read(await harness.session());
  expect([body.status, body.moduleStatus, body.data.transactions]).toEqual([
    'started',
    { payment: { uiStatus: 'visible' } },
    [],
  ]);
});

test('an action answers the summary, and the ids that it made', async () => {
  const id = await harness.session();
  const { body } = await harness.act(id, 'complete', 'approve', { action: 'capture', amount: 10_000 });
  expect(body).toMatchObject({
    sessionId: id,
    orderStatus: 'captured_partial',
    authorized: 30_000,
    captured: 10_000,
  });
  expect(body.captures).toEqual([
    { captureId: body.ids.captureId, status: 'approved', amountIncVat: 10_000 },
  ]);
  expect(body.hooks).toEqual([
    { event: 'capture_status', status: 'approved', captureId: body.ids.captureId, autoCaptured: false },
  ]);
});

test('auto-capture is announced with the order and taken with the approval', async () => {
  const id = await harness.session({ behaviour: { autoCapture: true } });
  await harness.act(id, 'complete');
  expect((await harness.read(id)).body.data.transactions[0].autoCaptureEnabled).toBe(true);
  await harness.act(id, 'approve');
  const { data, moduleStatus } = (await harness.read(id)).body;
  expect(moduleStatus.payment.orderStatus).toBe('captured_full');
  expect(data.captures).toEqual([
    expect.objectContaining({ autoCaptured: true, amountIncVat: 30_000, amountExVat: 24_000 }),
  ]);
  expect(data.captures[0].parentTransactionId).toBe(data.transactions[0].transactionId);
});

test('a capture names its transaction, a refund its capture', async () => {
  const id = await harness.session();
  const { body } = await harness.act(id, 'complete', 'approve', 'capture');
  await harness.act(id, { action: 'refund', amount: 12_500 });
  const { transactions, captures, refunds } = (await harness.read(id)).body.data;
  expect(captures[0].reservationId).toBe(transactions[0].reservationId);
  expect(refunds).toEqual([
    expect.objectContaining({
      parentCaptureId: body.ids.captureId,
      amountIncVat: 12_500,
      amountExVat: 10_000,
    }),
  ]);
});

test('an entry may come without its status', async () => {
  const id = await harness.session();
  await harness.act(id, 'complete', 'approve', { action: 'capture', hideStatus: true });
  const [capture] = (await harness.read(id)).body.data.captures;
  expect(capture).toMatchObject({ amountIncVat: 30_000 });
  expect(capture).not.toHaveProperty('status');
  expect(capture).not.toHaveProperty('isStatusHidden');
});

test('further authorizations come first or last in the list', async () => {
  const id = await harness.session();
  await harness.act(id, 'complete', { action: 'add_transaction', amount: 5 });
  await harness.act(id, { action: 'add_transaction', amount: 6, position: 'first', status: 'rejected' });
  const { transactions } = (await harness.read(id)).body.data;
  expect(transactions.map((entry: { amountIncVat: number }) => entry.amountIncVat)).toEqual([6, 30_000, 5]);
});

test('the authorization to decide can be named', async () => {
  const id = await harness.session();
  const { body } = await harness.act(id, 'complete');
  await harness.act(id, { action: 'add_transaction', status: 'rejected' });
  await harness.act(id, { action: 'approve', transactionId: body.ids.transactionId });
  expect((await paymentOf(id))[1]).toEqual(['approved', 'rejected']);
});

test('the same capture id again says its terms anew', async () => {
  const id = await harness.session();
  await harness.act(id, 'complete', 'approve', { action: 'capture', captureId: 'c-1', amount: 100 });
  await harness.act(id, { action: 'capture', captureId: 'c-1', amount: 200, currency: 'EUR' });
  const { captures } = (await harness.read(id)).body.data;
  expect(captures).toEqual([
    expect.objectContaining({ captureId: 'c-1', amountIncVat: 200, currency: 'EUR' }),
  ]);
});

test.each([
  ['list', ['manual_review']],
  ['map', { manual_review: true }],
])('manual review as a %s', async (as, paymentTags) => {
  const id = await harness.session();
  await harness.act(id, 'complete', { action: 'review', as });
  expect((await harness.read(id)).body.data.paymentTags).toEqual(paymentTags);
});

test('an authorization expires, a session does, and an order changes', async () => {
  const id = await harness.session();
  const expiresAt = '2026-12-24T12:00:00.000Z';
  await harness.act(
    id,
    'complete',
    { action: 'set_expiry', expiresAt },
    { action: 'change_order', amount: 15_000 },
    'expire',
  );
  const { status, data } = (await harness.read(id)).body;
  expect(data.transactions[0].expiresAt).toBe(expiresAt);
  expect([status, data.order.amountIncVat, data.order.amountExVat]).toEqual(['expired', 15_000, 12_000]);
});

test.each([
  ['approving what nobody completed', ['approve'], 409, 'SESSION_NOT_COMPLETED'],
  ['completing twice', ['complete', 'complete'], 409, 'SESSION_ALREADY_COMPLETED'],
  ['refunding where nothing is captured', ['complete', 'refund'], 409, 'CAPTURE_NOT_FOUND'],
  ['settling where nothing is pending', ['complete', 'settle_capture'], 409, 'CAPTURE_NOT_FOUND'],
  [
    'settling a refund that is not there',
    ['complete', { action: 'settle_refund', refundId: 'r' }],
    409,
    'REFUND_NOT_FOUND',
  ],
  ['an action that does not exist', ['explode'], 400, 'INVALID_DATA'],
  ['a field that the action lacks', [{ action: 'complete', amount: 1 }], 400, 'INVALID_DATA'],
])('refuses %s', async (_name, actions, status, code) => {
  const refused = await harness.act(await harness.session(), ...actions);
  expect([refused.status, refused.body.error.code]).toEqual([status, code]);
});
