import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { paidTogether } from '../../src/domain/order/paid-twice.ts';
import { step } from '../../src/domain/order/step.ts';
import { viewOf } from '../../src/domain/order/view.ts';
import { briqpayHooks } from '../../src/providers/briqpay/hooks.ts';
import { day, dispositionsOf, findingsOf, hour, minute, t0, type Answer } from '../domain/support.ts';
import {
  bridgerpayDeposit,
  captured,
  depositOf,
  envelope,
  escalationsOf,
  hintFrom,
  key,
  notification,
  page,
  paid,
  readBy,
  reasonsOf,
  refunded,
  sessionOf,
  startWire,
  tell,
  type Told,
  type Wire,
} from './support.ts';

// The samples of issue 16, by their numbers: what the provider sends, and what the order must say of it.

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.stop());

const session = (told: Told) => wire.read('briqpay', told);
const deposit = (told: Told) => wire.read('bridgerpay', told);
const second = { transaction_id: 'tx-2', psp_order_id: 'group-2' };

test('1: captured_full with a capture that is pending, then rejected, then order_approved_not_captured', async () => {
  const early = await session(sessionOf('captured_full', { captures: [captured('c1', 'pending')] }));
  const failed = await session(sessionOf('captured_full', { captures: [captured('c1', 'rejected')] }));
  const settled = await session(
    sessionOf('order_approved_not_captured', { captures: [captured('c1', 'rejected')] }),
  );
  const turns = [
    { at: 0, says: early },
    { at: hour, says: failed },
    { at: 2 * hour, says: settled },
  ];
  const pending = tell('briqpay', turns, { until: minute });
  expect(pending.order).toMatchObject({
    status: 'placed',
    amounts: { currency: 'SEK', authorized: 30_000, captured: 0, capturePending: 30_000 },
  });
  expect(reasonsOf(pending)).toEqual(['capture_pending c1']);
  expect(reasonsOf(tell('briqpay', turns, { until: hour }))).toContain('capture_failed c1');
  const end = tell('briqpay', turns, { until: 3 * hour });
  expect(end.order).toMatchObject({
    status: 'placed',
    amounts: { captured: 0, capturePending: 0 },
    escalation: { state: 'open', reasons: ['capture_failed'] },
  });
  expect(end.told).not.toContain('order.captured');
});

test('2: declined tx-1, then in_process tx-2 of another group: pending, and it stays open', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('declined')) },
    { at: hour, says: await deposit(depositOf('in_process', second)) },
  ];
  expect(tell('bridgerpay', turns, { until: 30 * minute }).order.status).toBe('rejected');
  const played = tell('bridgerpay', turns, { until: 30 * day });
  expect(played.order.status).toBe('pending');
  expect(played.closedAt).toBeUndefined();
  expect(played.order.escalation).toMatchObject({ level: 3, reasons: ['pending'] });
});

test('3: declined tx-1, then hook and read approved_on_hold tx-2: a read, pending, and on_hold escalates', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('declined')), hook: notification('declined') },
    {
      at: hour,
      says: await deposit(depositOf('approved_on_hold', second)),
      hook: notification('approved_on_hold', { id: 'tx-2', psp_order_id: 'group-2' }),
    },
  ];
  const played = tell('bridgerpay', turns, { until: hour });
  expect(played.reads.filter(({ at, why }) => at === hour && why === 'hook')).toHaveLength(1);
  expect(dispositionsOf(played)).not.toContain('stale');
  expect(played.order).toMatchObject({ status: 'pending', escalation: { level: 1, reasons: ['on_hold'] } });
  expect(escalationsOf(played)).toEqual([['escalation.opened', hour]]);
});

test('4: order_rejected in an open session, then order_pending with a second transaction: pending', async () => {
  const open = { status: 'started' };
  const rejected = paid('rejected');
  const turns = [
    { at: 0, says: await session(sessionOf('order_rejected', { transactions: [rejected] }, open)) },
    {
      at: hour,
      says: await session(
        sessionOf(
          'order_pending',
          { transactions: [rejected, paid('pending', { transactionId: 'b' })] },
          open,
        ),
      ),
    },
  ];
  const played = tell('briqpay', turns, { until: 8 * day });
  expect(played.order.status).toBe('pending');
  expect(played.closedAt).toBeUndefined();
});

test('5: the read says partly_refunded, a notification refunded -5.00: 5.00 of 22.96', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('approved')), hook: notification('approved') },
    {
      at: hour,
      says: await deposit(depositOf('partly_refunded')),
      hook: notification('refunded', { refund_id: 'r-1' }, { amount: -5 }),
    },
  ];
  const played = tell('bridgerpay', turns, { until: 2 * hour });
  expect(played.order).toMatchObject({
    status: 'partially_refunded',
    amounts: { captured: 2_296, refunded: 500 },
    escalation: null,
  });
});

test('6: approved, then voided: nothing is captured, corrected, and a person hears', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('approved')) },
    { at: hour, says: await deposit(depositOf('voided')) },
  ];
  const played = tell('bridgerpay', turns, { until: hour });
  expect(played.order.amounts.captured).toBe(0);
  expect(played.order.status).toBe('cancelled');
  expect(findingsOf(played)).toEqual(expect.arrayContaining(['corrected', 'money_taken_back']));
  expect(played.order.escalation).toMatchObject({ level: 1, reasons: ['money_taken_back'] });
});

test('7: capture_in_progress, then authorized again: nothing is pending', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('capture_in_progress')) },
    { at: hour, says: await deposit(depositOf('authorized')) },
  ];
  expect(tell('bridgerpay', turns, { until: minute }).order.amounts.capturePending).toBe(2_296);
  const played = tell('bridgerpay', turns, { until: hour });
  expect(played.order).toMatchObject({
    status: 'placed',
    amounts: { authorized: 2_296, captured: 0, capturePending: 0 },
  });
  expect(reasonsOf(played)).toEqual([]);
});

test('8: authorized as auth-1, approved as cap-1, one psp_order_id: one payment, captured', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('authorized', { transaction_id: 'auth-1' })) },
    { at: hour, says: await deposit(depositOf('approved', { transaction_id: 'cap-1' })) },
  ];
  const played = tell('bridgerpay', turns, { until: 30 * day });
  expect(played.order).toMatchObject({
    status: 'captured',
    amounts: { currency: 'EUR', authorized: 2_296, captured: 2_296 },
    findings: [],
    escalation: null,
  });
});

test.each(['in_process', 'approved'])(
  '9: %s without a transaction id, an id later, one group: one payment',
  async (status) => {
    const turns = [
      { at: 0, says: await deposit(depositOf(status, { transaction_id: null })) },
      { at: hour, says: await deposit(depositOf('approved')) },
    ];
    const played = tell('bridgerpay', turns, { until: hour });
    expect(played.order).toMatchObject({
      status: 'captured',
      amounts: { authorized: 2_296, captured: 2_296 },
      findings: [],
    });
  },
);

test('10: approved "0.00" where 22.96 was expected: amount_mismatch', async () => {
  const played = tell(
    'bridgerpay',
    [{ at: 0, says: await deposit(depositOf('approved', { amount: '0.00' })) }],
    {
      until: minute,
    },
  );
  expect(played.order).toMatchObject({
    amounts: { authorized: 0, captured: 0 },
    findings: [{ code: 'amount_mismatch', detail: 'expected 22.96 EUR, provider says 0.00 EUR' }],
    escalation: { level: 1, reasons: ['amount_mismatch'] },
  });
});

test.each([
  ['capture_pending', 20, { captures: [captured('c1', 'pending')] }],
  ['refund_pending', 60, { captures: [captured('c1')], refunds: [refunded('r1', 'pending')] }],
] as const)('11: %s for %i days: somebody is told', async (reason, days, data) => {
  const word = reason === 'refund_pending' ? 'captured_full' : 'order_approved_not_captured';
  // That the authorization lapses meanwhile is another story.
  const lasting = { transactions: [paid('approved', { expiresAt: '2026-12-31T00:00:00Z' })] };
  const turns = [{ at: 0, says: await session(sessionOf(word, { ...lasting, ...data })) }];
  const played = tell('briqpay', turns, { until: days * day });
  expect(escalationsOf(played)).toEqual([
    ['escalation.opened', hour],
    ['escalation.raised', day],
    ['escalation.raised', 3 * day],
  ]);
  expect(played.order.escalation?.reasons).toEqual([reason]);
  expect(played.closedAt).toBeUndefined();
});

const lapsesAfter = (ms: number) => new Date(t0 + ms).toISOString();

test('12: 100 of 300 captured, the rest lapses: authorization_expiring before it does', async () => {
  const says = await session(
    sessionOf('captured_partial', {
      transactions: [paid('approved', { expiresAt: lapsesAfter(7 * day) })],
      captures: [captured('c1', 'approved', 10_000)],
    }),
  );
  const played = tell('briqpay', [{ at: 0, says }], { until: 7 * day });
  expect(played.order).toMatchObject({
    status: 'partially_captured',
    amounts: { captured: 10_000 },
    escalation: { reasons: ['authorization_expiring'] },
  });
  expect(escalationsOf(played)[0]).toEqual(['escalation.opened', 6 * day]);
});

test('13: an HTML 404 of a gateway for 8 minutes, unregistered: unavailable, then captured', async () => {
  const gateway = await session(page(404));
  expect(gateway).toBe('unavailable');
  const turns = [
    {
      at: 0,
      says: gateway,
      hook: { event: 'order_status', status: 'order_approved_not_captured', sessionId: key.briqpay },
    },
    {
      at: 8 * minute,
      says: await session(sessionOf('captured_full', { captures: [captured('c1')] })),
      isQuiet: true as const,
    },
  ];
  const played = tell('briqpay', turns, { terms: undefined, until: 2 * hour });
  expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 30_000 } });
  expect(played.told).not.toContain('order.expired');
});

test('14: two deposits with ids of 19 digits that differ in the last: two payments', async () => {
  const withId = (digits: string) => {
    const { body } = depositOf('approved', { transaction_id: '#', psp_order_id: null });
    return { body: body.replace('"#"', digits) };
  };
  const turns = [
    { at: 0, says: await deposit(withId('1000000000000000001')) },
    { at: hour, says: await deposit(withId('1000000000000000002')) },
  ];
  const played = tell('bridgerpay', turns, { until: hour });
  expect(played.order.amounts).toMatchObject({ authorized: 4_592, captured: 4_592 });
  expect(findingsOf(played)).toContain('double_payment');
});

test('15: 401 inside the envelope on the second read: it logs in anew', async () => {
  const client = wire.client('bridgerpay');
  const target = { kind: 'deposit', key: key.bridgerpay } as const;
  const logins = () => wire.asked.filter((path) => path.endsWith('/auth/login')).length;
  const before = logins();
  wire.answer('/deposits/', depositOf('authorized'), envelope(null, 401), depositOf('approved'));
  const first = await readBy(client, target);
  const again = await readBy(client, target);
  expect(logins() - before).toBe(2);
  const played = tell(
    'bridgerpay',
    [
      { at: 0, says: first },
      { at: hour, says: again },
    ],
    { until: hour },
  );
  expect(played.order).toMatchObject({
    status: 'captured',
    unverifiedSince: null,
    amounts: { captured: 2_296 },
  });
});

test('16: tx-1 and tx-2 approved, refunded names tx-1: 22.96 of 45.92', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('approved')), hook: notification('approved') },
    {
      at: hour,
      says: await deposit(depositOf('approved', second)),
      hook: notification('approved', { id: 'tx-2', psp_order_id: 'group-2' }),
    },
    {
      at: 2 * hour,
      says: await deposit(depositOf('refunded')),
      hook: notification('refunded', { refund_id: 'r-1' }, { amount: -22.96 }),
    },
  ];
  const played = tell('bridgerpay', turns, { until: 3 * hour });
  expect(played.order).toMatchObject({
    status: 'partially_refunded',
    amounts: { captured: 4_592, refunded: 2_296 },
  });
});

test('17: f1 rejected and resolved, f2 rejected: it escalates', async () => {
  const f1 = refunded('f1', 'rejected', 10_000);
  const says = (refunds: readonly object[]) =>
    session(sessionOf('captured_full', { captures: [captured('c1')], refunds }));
  const turns = [
    { at: 0, says: await says([f1]) },
    { at: hour, command: { type: 'resolveEscalation', by: 'ada', reason: 'paid by bank' } as const },
    { at: 2 * hour, says: await says([f1, refunded('f2', 'rejected', 5_000)]) },
  ];
  const played = tell('briqpay', turns, { until: 3 * hour });
  expect(escalationsOf(played)).toEqual([
    ['escalation.opened', 15 * minute],
    ['escalation.resolved', hour],
    ['escalation.opened', 2 * hour + 15 * minute],
  ]);
  expect(reasonsOf(played)).toEqual(['refund_failed f2']);
});

test('18: the first read says order_under_review, for 30 days: it escalates', async () => {
  const turns = [{ at: 0, says: await session(sessionOf('order_under_review', { transactions: [] })) }];
  const played = tell('briqpay', turns, { until: 30 * day });
  expect(escalationsOf(played)[0]).toEqual(['escalation.opened', 0]);
  expect(played.order.escalation).toMatchObject({ level: 3, state: 'open' });
  expect(reasonsOf(played)).toContain('unknown_status order_under_review');
  expect(played.closedAt).toBeUndefined();
});

test('19: references as [] and autoCaptured as "true" in a captured session: captured', async () => {
  const says = await session(
    sessionOf(
      'captured_full',
      { captures: [captured('c1', 'approved', 30_000, { autoCaptured: 'true' })] },
      { references: [] },
    ),
  );
  const played = tell('briqpay', [{ at: 0, says }], { until: minute });
  expect(played.order).toMatchObject({
    status: 'captured',
    amounts: { captured: 30_000 },
    findings: [],
    escalation: null,
  });
});

test('20: expiresAt 1970-01-01T00:00:00Z is no date', async () => {
  const says = await session(
    sessionOf('order_approved_not_captured', {
      transactions: [paid('approved', { expiresAt: '1970-01-01T00:00:00Z' })],
    }),
  );
  const played = tell('briqpay', [{ at: 0, says }], { until: 7 * day });
  expect(played.order).toMatchObject({ status: 'placed', escalation: null });
  expect(findingsOf(played)).toEqual(['bad_date']);
});

test('21: a maintenance page with 200 for every order of an account: a fault of the account', async () => {
  const client = wire.client('briqpay');
  const reported: string[] = [];
  const breaker = new CircuitBreaker({
    report: (account, { code }) => void reported.push(`${account} ${code}`),
    now: () => t0,
  });
  const readOf = async (order: string, told: Told) => {
    wire.answer('/v3/session/', told);
    const answer = await readBy(client, { kind: 'deposit', key: order });
    breaker.record('acme-se', order, typeof answer === 'string' ? answer : undefined);
    return answer;
  };
  expect(await readOf('1', page(200))).toBe('unavailable');
  expect(await readOf('2', page(200))).toBe('unavailable');
  // One odd answer in between does not reset it.
  const unknown = { http: 404, body: '{"error":{"code":"SESSION_NOT_FOUND","message":"no such session"}}' };
  expect(await readOf('3', unknown)).toBe('unknown_session');
  expect(reported).toEqual([]);
  await readOf('4', page(200));
  expect(reported).toEqual(['acme-se provider_unreachable']);
});

test('22: a payout that answers by id with nulls: as the list says', async () => {
  const listed = {
    id: 'p-1',
    transaction_id: 'tx-1',
    merchant_order_id: key.bridgerpay,
    status: 'Approved',
    amount: 22.96,
    currency: 'EUR',
  };
  wire.answer('/payouts?', envelope([listed]));
  wire.answer(
    '/payouts/p-1',
    envelope({ id: 'p-1', merchant_order_id: key.bridgerpay, status: null, amount: null, currency: null }),
  );
  const says = await readBy(wire.client('bridgerpay'), { kind: 'payout', key: key.bridgerpay });
  const identity = { ...bridgerpayDeposit, id: 'acme-eu:payout:order-1', kind: 'payout' as const };
  const played = tell('bridgerpay', [{ at: 0, says }], { identity, until: minute });
  expect(played.order).toMatchObject({
    status: 'paid_out',
    amounts: { currency: 'EUR', authorized: 2_296 },
    findings: [],
  });
});

test('23: authorized 22.96, approved for 20.00: captured 20.00, amount_mismatch', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('authorized')) },
    { at: hour, says: await deposit(depositOf('approved', { amount: '20.00' })) },
  ];
  const played = tell('bridgerpay', turns, { until: hour });
  expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 2_000 } });
  expect(findingsOf(played)).toContain('amount_mismatch');
  expect(reasonsOf(played)).toContain('amount_mismatch 20.00 EUR');
});

test('24: a refund notification with the amount "-5.00" counts 5.00', async () => {
  const turns = [
    { at: 0, says: await deposit(depositOf('approved')) },
    {
      at: hour,
      says: await deposit(depositOf('partly_refunded')),
      hook: notification('partly_refunded', { refund_id: 'r-1' }, { amount: '-5.00' }),
    },
  ];
  const played = tell('bridgerpay', turns, { until: 2 * hour });
  expect(played.order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 500 } });
  expect(findingsOf(played)).toEqual([]);
});

test('25: an authorization that lapses in 7 days: told a day before', async () => {
  const says = await session(
    sessionOf('order_approved_not_captured', {
      transactions: [paid('approved', { expiresAt: lapsesAfter(7 * day) })],
    }),
  );
  const played = tell('briqpay', [{ at: 0, says }], { until: 7 * day });
  expect(escalationsOf(played)[0]).toEqual(['escalation.opened', 6 * day]);
  expect(played.order.escalation?.reasons).toEqual(['authorization_expiring']);
});

test('26: a hook whose status is null is understood, and brings a read', async () => {
  const hook = { event: 'order_status', status: null, sessionId: key.briqpay };
  expect(hintFrom(briqpayHooks, hook)).toMatchObject({ event: 'order_status', status: '' });
  const says = await session(sessionOf('captured_full', { captures: [captured('c1')] }));
  const played = tell('briqpay', [{ at: 0, says, hook }], { until: minute });
  expect(played.reads).toMatchObject([{ at: 0, why: 'hook', ok: true }]);
  expect(played.order.status).toBe('captured');
});

test('27: two sessions of one registered reference, both captured: double_payment of both', async () => {
  const says: Answer = await session(sessionOf('captured_full', { captures: [captured('c1')] }));
  const orders = ['acme-se:1', 'acme-se:2'].map((id) =>
    tell('briqpay', [{ at: 0, says }], {
      identity: { id, account: 'acme-se', provider: 'briqpay', kind: 'deposit', key: key.briqpay },
      until: minute,
    }),
  );
  const together = paidTogether(orders.map(({ order }) => order));
  const told = orders.map(({ state, order }) => {
    const ids = together.get(order.id) ?? [];
    return viewOf(step(state, { type: 'paidTwice', ids }, t0 + hour).state);
  });
  expect(told.map(({ findings }) => findings.map(({ code, detail }) => [code, detail]))).toEqual([
    [['double_payment', 'paid too: acme-se:2']],
    [['double_payment', 'paid too: acme-se:1']],
  ]);
  // Only one of them was paid: nothing to tell.
  const unpaid = tell('briqpay', [], { until: minute });
  expect(paidTogether([orders[0]!.order, unpaid.order]).size).toBe(0);
});
