import { paidTogether } from '../../src/domain/order/paid-twice.ts';
import type { Command } from '../../src/domain/order/commands.ts';
import { day, dispositionsOf, findingsOf, hour, minute, t0, type Answer } from '../domain/support.ts';
import {
  bridgerpayDeposit,
  captured,
  depositOf,
  envelope,
  escalationsOf,
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
  type Turn,
  type Wire,
} from './support.ts';

// Instances of the laws that issue 16 does not name. Each says its law.

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.stop());

const session = (told: Told) => wire.read('briqpay', told);
const deposit = (told: Told) => wire.read('bridgerpay', told);

/** One answer after another, an hour apart; the last at `hours`. */
async function hourly(read: (told: Told) => Promise<Answer>, ...answers: readonly Told[]): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const [index, told] of answers.entries()) turns.push({ at: index * hour, says: await read(told) });
  return turns;
}

/** A body as text, with numbers that JavaScript cannot hold. */
const withDigits = (told: Told, mark: string, digits: string): Told => ({
  ...told,
  body: told.body.replaceAll(`"${mark}"`, digits),
});

const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'known' };
const second = { transaction_id: 'tx-2', psp_order_id: 'group-2' };
const inDays = (days: number) => new Date(t0 + days * day).toISOString();

describe('law 1, entries before words', () => {
  test('a word that is taken back is gone: partly_refunded, then approved again, is captured', async () => {
    const turns = await hourly(
      deposit,
      ...['approved', 'partly_refunded', 'approved'].map((word) => depositOf(word)),
    );
    expect(tell('bridgerpay', turns.slice(0, 2), { until: hour }).order.status).toBe('partially_refunded');
    const played = tell('bridgerpay', turns, { until: 2 * hour });
    expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 2_296, refunded: 0 } });
    expect(findingsOf(played)).toContain('corrected');
  });

  test('captured_full without a capture, then order_approved_not_captured: placed again, with corrected', async () => {
    const turns = await hourly(session, sessionOf('captured_full'), sessionOf('order_approved_not_captured'));
    const early = tell('briqpay', turns, { until: minute });
    expect(early.order.status).toBe('captured');
    expect(early.order.amounts).not.toHaveProperty('captured');
    const played = tell('briqpay', turns, { until: hour });
    expect(played.order).toMatchObject({ status: 'placed', amounts: { captured: 0 } });
    expect(findingsOf(played)).toContain('corrected');
  });

  test('captured_full beside a transaction that was rejected: word_mismatch, and it never closes by itself', async () => {
    const turns = await hourly(session, sessionOf('captured_full', { transactions: [paid('rejected')] }));
    const played = tell('briqpay', turns, { until: 200 * day });
    expect(played.order.status).toBe('rejected');
    expect(played.told).not.toContain('order.captured');
    expect(reasonsOf(played)).toEqual(['word_mismatch payment approved; payment rejected']);
    expect(played.order.escalation).toMatchObject({ state: 'open' });
    expect(played.closedAt).toBeUndefined();
  });
});

test('law 1: an authorization that was lowered, then captured as far as it goes, with captured_full: captured', async () => {
  const lowered = { transactions: [paid('approved', { amountIncVat: 25_000 })] };
  const part = { ...lowered, captures: [captured('c1', 'approved', 25_000)] };
  const turns = await hourly(
    session,
    sessionOf('order_approved_not_captured'),
    sessionOf('order_approved_not_captured', lowered),
    sessionOf('captured_full', part),
  );
  const played = tell('briqpay', turns, { until: 3 * hour });
  expect(played.order).toMatchObject({
    status: 'captured',
    amounts: { authorized: 25_000, captured: 25_000 },
  });
  expect(reasonsOf(played)).toEqual(['amount_mismatch 250.00 SEK']);
  // Without that word the rest of what was authorized once may still be captured.
  const partly = await hourly(
    session,
    sessionOf('order_approved_not_captured'),
    sessionOf('captured_partial', part),
  );
  expect(tell('briqpay', partly, { until: hour }).order.status).toBe('partially_captured');
});

describe('law 2, a movement is one thing under all its names', () => {
  test('by BridgerPay’s own id, then by both, then by its own alone as refunded: one payment, refunded once', async () => {
    const turns = await hourly(
      deposit,
      depositOf('approved', { transaction_id: null, id: 'own-1' }),
      depositOf('approved', { id: 'own-1' }),
      depositOf('refunded', { transaction_id: null, id: 'own-1' }),
    );
    const played = tell('bridgerpay', turns, { until: 3 * hour });
    expect(played.order).toMatchObject({
      status: 'refunded',
      amounts: { authorized: 2_296, captured: 2_296, refunded: 2_296 },
      findings: [],
    });
  });

  test('captures whose ids are numbers of 19 digits are two, and one where the next read has the same as text', async () => {
    const [one, two] = ['1000000000000000001', '1000000000000000002'] as const;
    const asNumbers = sessionOf('captured_full', {
      captures: [captured('#1', 'approved', 15_000), captured('#2', 'approved', 15_000)],
    });
    const turns = await hourly(
      session,
      withDigits(withDigits(asNumbers, '#1', one), '#2', two),
      sessionOf('captured_full', {
        captures: [captured(one, 'approved', 15_000), captured(two, 'approved', 15_000)],
      }),
    );
    const played = tell('briqpay', turns, { until: hour });
    expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 30_000 }, findings: [] });
  });

  test('a hook that names the reservation is about the transaction that the read names', async () => {
    const transactions = [paid('approved', { reservationId: 'res-1' })];
    const turns = await hourly(
      session,
      sessionOf('order_pending', {
        transactions: [{ ...paid('pending'), transactionId: null, reservationId: 'res-1' }],
      }),
      sessionOf('order_approved_not_captured', { transactions }),
      sessionOf('order_approved_not_captured', { transactions: [paid()] }),
    );
    const played = tell('briqpay', turns, { until: 2 * hour });
    expect(played.order).toMatchObject({ status: 'placed', amounts: { authorized: 30_000 }, findings: [] });
    expect(reasonsOf(played)).toEqual([]);
  });
});

describe('law 3, old news is judged per attempt', () => {
  test('a late decline of tx-1 while tx-2 waits: pending, whichever of the two the read shows', async () => {
    const turns: Turn[] = [
      ...(await hourly(deposit, depositOf('declined'), depositOf('in_process', second))),
      { at: 2 * hour, says: await deposit(depositOf('declined')), hook: notification('declined') },
    ];
    const played = tell('bridgerpay', turns, { until: 3 * hour });
    expect(played.order.status).toBe('pending');
    expect(played.told).not.toContain('order.corrected');
  });

  test('a released payment, then another attempt on the same order: pending, then captured', async () => {
    const turns = await hourly(
      deposit,
      depositOf('authorized'),
      depositOf('voided'),
      depositOf('pending', second),
      depositOf('approved', second),
    );
    const statusAt = (until: number) => tell('bridgerpay', turns, { until }).order.status;
    expect([0, 1, 2, 3].map((at) => statusAt(at * hour))).toEqual([
      'placed',
      'cancelled',
      'pending',
      'captured',
    ]);
    expect(tell('bridgerpay', turns, { until: 3 * hour }).order.amounts).toMatchObject({
      authorized: 2_296,
      captured: 2_296,
    });
  });
});

describe('law 4, a notification never outvotes a read', () => {
  const refundOf = (id: string, amount: number, charge = {}) =>
    notification('refunded', { refund_id: id, ...charge }, { amount: -amount });

  test('two of 20.00 while the read says part of 22.96: one counts, the other is claimed', async () => {
    const turns: Turn[] = [
      { at: 0, says: await deposit(depositOf('approved')) },
      {
        at: hour,
        says: await deposit(depositOf('partly_refunded')),
        hooks: [refundOf('r-1', 20), refundOf('r-2', 20)],
      },
    ];
    const played = tell('bridgerpay', turns, { until: 2 * hour });
    expect(played.order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 2_000 } });
    expect(played.order.escalation?.reasons).toEqual(['refund_claimed']);
  });

  test('one of all that was captured while the read says part: no sum is told, a person hears', async () => {
    const turns: Turn[] = [
      { at: 0, says: await deposit(depositOf('approved')) },
      { at: hour, says: await deposit(depositOf('partly_refunded')), hook: refundOf('r-1', 22.96) },
    ];
    const played = tell('bridgerpay', turns, { until: 2 * hour });
    expect(played.order.status).toBe('partially_refunded');
    expect(played.order.amounts).not.toHaveProperty('refunded');
    expect(played.order.escalation?.reasons).toEqual(['refund_claimed']);
  });

  test('one of a payment that no read has proven counts nothing of the one that was', async () => {
    const turns: Turn[] = [
      { at: 0, says: await deposit(depositOf('approved')) },
      {
        at: hour,
        says: await deposit(depositOf('partly_refunded')),
        hook: refundOf('r-1', 5, { id: 'tx-9', psp_order_id: 'group-9' }),
      },
    ];
    const played = tell('bridgerpay', turns, { until: 2 * hour });
    expect(played.order.amounts).not.toHaveProperty('refunded');
    expect(played.order.escalation?.reasons).toEqual(['refund_claimed']);
  });
});

describe('law 5, money in flight has a clock', () => {
  test('100 of 300 captured and all of it refunded: not refunded, and told before the rest lapses', async () => {
    const turns = await hourly(
      session,
      sessionOf('captured_partial', {
        transactions: [paid('approved', { expiresAt: inDays(7) })],
        captures: [captured('c1', 'approved', 10_000)],
        refunds: [refunded('r1', 'approved', 10_000)],
      }),
    );
    const before = tell('briqpay', turns, { until: 7 * day });
    expect(before.order).toMatchObject({
      status: 'partially_refunded',
      amounts: { captured: 10_000, refunded: 10_000 },
    });
    expect(escalationsOf(before)[0]).toEqual(['escalation.opened', 6 * day]);
    // When the rest has lapsed, nothing more can be captured.
    const after = tell('briqpay', turns, { until: 9 * day });
    expect(after.order).toMatchObject({ status: 'refunded', amounts: { cancelled: 20_000 } });
  });

  test('order_cancelled while a capture waits: not cancelled, and the capture counts when it comes', async () => {
    const [waiting, cancelled, taken] = ['pending', 'pending', 'approved'].map((status, index) =>
      sessionOf(index === 0 ? 'order_approved_not_captured' : 'order_cancelled', {
        captures: [captured('c1', status)],
      }),
    );
    const turns = await hourly(session, waiting!, cancelled!, taken!);
    const early = tell('briqpay', turns.slice(0, 2), { until: 30 * day });
    expect(early.order.status).toBe('placed');
    expect(early.order.escalation?.reasons).toContain('capture_pending');
    expect(early.closedAt).toBeUndefined();
    const played = tell('briqpay', turns, { until: 3 * hour });
    expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 30_000, cancelled: 0 } });
    expect(findingsOf(played)).toContain('cancelled_after_capture');
  });

  test('an authorization that is prolonged after the warning: the warning ends, and comes a day before the new end', async () => {
    const says = (days: number) =>
      session(
        sessionOf('order_approved_not_captured', {
          transactions: [paid('approved', { expiresAt: inDays(days) })],
        }),
      );
    const turns: Turn[] = [
      { at: 0, says: await says(7) },
      { at: 6 * day + hour, says: await says(20) },
    ];
    const played = tell('briqpay', turns, { until: 20 * day });
    expect(escalationsOf(played).filter(([type]) => type !== 'escalation.raised')).toEqual([
      ['escalation.opened', 6 * day],
      ['escalation.resolved', 6 * day + hour],
      ['escalation.opened', 19 * day],
    ]);
  });

  test('a refund that waits where nothing else is told: not expired, and a person hears', async () => {
    const turns = await hourly(
      session,
      sessionOf(undefined, { transactions: [], refunds: [refunded('r1', 'pending')] }),
    );
    const played = tell('briqpay', turns, { until: day });
    expect(played.order.status).toBe('pending');
    expect(reasonsOf(played)).toContain('refund_pending r1');
  });
});

describe('law 6, a reason has a subject', () => {
  const world = (...refunds: readonly object[]) =>
    session(sessionOf('captured_full', { captures: [captured('c1')], refunds }));

  test('two refunds of one sum fail, a third of it succeeds: one failure is cured, one stays', async () => {
    const [f1, f2] = [refunded('f1', 'rejected', 5_000), refunded('f2', 'rejected', 5_000)];
    const turns: Turn[] = [
      { at: 0, says: await world(f1, f2) },
      { at: hour, says: await world(f1, f2, refunded('f3', 'approved', 5_000)) },
    ];
    const all = [
      ...turns,
      {
        at: 2 * hour,
        says: await world(f1, f2, refunded('f3', 'approved', 5_000), refunded('f4', 'approved', 5_000)),
      },
    ];
    expect(reasonsOf(tell('briqpay', all, { until: 2 * hour }))).toEqual([]);
  });

  test('a word that nobody knows is resolved: another word is told, the same again is not', async () => {
    const says = (word: string) => session(sessionOf(word, { transactions: [] }));
    const turns: Turn[] = [
      { at: 0, says: await says('order_under_review') },
      { at: hour, command: resolve },
      { at: 2 * hour, says: await says('order_frozen') },
      { at: 3 * hour, command: resolve },
      { at: 4 * hour, says: await says('order_under_review') },
    ];
    const opened = escalationsOf(tell('briqpay', turns, { until: 4 * hour }))
      .filter(([type]) => type === 'escalation.opened')
      .map(([, at]) => at);
    // The first is silent for good, since a person has resolved it.
    expect(opened).toEqual([0, 2 * hour]);
  });

  test('a failed capture is cured by a cancel', async () => {
    const failed = { captures: [captured('c1', 'rejected')] };
    const turns = await hourly(
      session,
      sessionOf('order_approved_not_captured', failed),
      sessionOf('order_cancelled', { ...failed, transactions: [paid('cancelled')] }),
    );
    expect(reasonsOf(tell('briqpay', turns, { until: 30 * minute }))).toEqual(['capture_failed c1']);
    const played = tell('briqpay', turns, { until: hour });
    expect(reasonsOf(played)).toEqual([]);
    expect(played.order).toMatchObject({ status: 'cancelled', escalation: null });
  });
});

describe('law 7, a word of the road is not the provider’s', () => {
  test.each<[string, Told, Answer]>([
    ['a 403 page of a firewall', page(403), 'unavailable'],
    ['HTML that says it is JSON', { ...page(404), type: 'application/json' }, 'unavailable'],
    ['a 404 with a session in it', { ...sessionOf('captured_full'), http: 404 }, 'unavailable'],
    ['a 404 of a framework', { http: 404, body: '{"title":"Not Found","status":404}' }, 'unavailable'],
    ['a 404 that is an array', { http: 404, body: '[]' }, 'unavailable'],
    ['a redirect to a login', { http: 302, body: '' }, 'unavailable'],
  ])('%s says nothing about a session', async (_, told, failure) => {
    expect(await session(told)).toBe(failure);
    expect(await deposit(told)).toBe(failure);
  });

  test('PHP’s lists: numbered objects are entries, empty ones are none, and one odd entry spoils no other', async () => {
    const says = await session(
      sessionOf('captured_partial', {
        transactions: { '0': paid() },
        captures: {
          '1': captured('c1', 'approved', '10000'),
          '3': captured('c2', 'approved', { amount: 1 }),
        },
        refunds: {},
      }),
    );
    const played = tell('briqpay', [{ at: 0, says }], { until: minute });
    expect(played.order).toMatchObject({
      status: 'partially_captured',
      amounts: { authorized: 30_000, refunded: 0 },
    });
    expect(reasonsOf(played)).toContain('unreadable_entry capture c2: amount');
  });

  test('a token that is refused twice is an account fault, an order is not absent by it', async () => {
    wire.answer('/deposits/', envelope(null, 401));
    expect(await readBy(wire.client('bridgerpay'), { kind: 'deposit', key: key.bridgerpay })).toBe(
      'credentials',
    );
  });
});

test('law 3: the next attempt, listed before it has an id or a group, waits: the failed one is not the last word', async () => {
  const turns = await hourly(
    deposit,
    depositOf('declined'),
    depositOf('in_process', { transaction_id: null, psp_order_id: null }),
    depositOf('approved', second),
  );
  const waiting = tell('bridgerpay', turns.slice(0, 2), { until: 8 * day });
  expect(waiting.order.status).toBe('pending');
  expect(waiting.closedAt).toBeUndefined();
  const played = tell('bridgerpay', turns, { until: 2 * hour });
  expect(played.order).toMatchObject({ status: 'captured', amounts: { authorized: 2_296, captured: 2_296 } });
});

test('law 3: a hook of an attempt on hold comes before reads list it: it is looked for until they do', async () => {
  const turns: Turn[] = [
    { at: 0, says: await deposit(depositOf('declined')), hook: notification('declined') },
    { at: hour, hook: notification('approved_on_hold', { id: 'tx-2', psp_order_id: 'group-2' }) },
    { at: hour + minute, says: await deposit(depositOf('approved_on_hold', second)), isQuiet: true },
  ];
  const played = tell('bridgerpay', turns, { until: hour + 10 * minute });
  expect(played.order).toMatchObject({ status: 'pending', escalation: { reasons: ['on_hold'] } });
  expect(dispositionsOf(played)).toEqual(['applied', 'applied']);
});

test('law 3: a hook that money was taken of what was only reserved brings a read', async () => {
  const turns: Turn[] = [
    { at: 0, says: await deposit(depositOf('authorized')), hook: notification('authorized') },
    { at: hour / 2, says: await deposit(depositOf('approved')), hook: notification('approved') },
  ];
  const policy = { settled: { recheck: [day] as const } };
  const played = tell('bridgerpay', turns, { policy, until: hour });
  expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 2_296 } });
});

describe('law 8, what nobody understands reaches somebody', () => {
  test('the status of one capture that nobody knows: told at once, and it counts nothing', async () => {
    const turns = await hourly(
      session,
      sessionOf('captured_partial', { captures: [captured('c1', 'settling')] }),
    );
    const played = tell('briqpay', turns, { until: 0 });
    expect(played.order).toMatchObject({
      status: 'placed',
      amounts: { captured: 0, capturePending: 30_000 },
    });
    expect(played.order.escalation).toMatchObject({ level: 1 });
    expect(reasonsOf(played)).toContain('unknown_status settling of capture c1');
  });

  test('a chargeback after a part was refunded: sums stay, and it stays when reads say another word', async () => {
    const turns: Turn[] = [
      { at: 0, says: await deposit(depositOf('approved')) },
      {
        at: hour,
        says: await deposit(depositOf('partly_refunded')),
        hook: notification('partly_refunded', { refund_id: 'r-1' }, { amount: -5 }),
      },
      { at: 2 * hour, says: await deposit(depositOf('chargeback')) },
      { at: 3 * hour, says: await deposit(depositOf('partly_refunded')) },
    ];
    const at = (until: number) => tell('bridgerpay', turns, { until });
    expect(at(2 * hour).order.escalation?.reasons).toContain('chargeback');
    const played = at(4 * hour);
    expect(played.order).toMatchObject({
      status: 'partially_refunded',
      amounts: { captured: 2_296, refunded: 500 },
      escalation: { reasons: ['chargeback'] },
    });
  });

  test('a payout with a word that nobody knows is told at once', async () => {
    const one = {
      id: 'p-1',
      merchant_order_id: key.bridgerpay,
      status: 'Blocked',
      amount: 22.96,
      currency: 'EUR',
    };
    wire.answer('/payouts?', envelope([one]));
    wire.answer('/payouts/p-1', envelope(one));
    const says = await readBy(wire.client('bridgerpay'), { kind: 'payout', key: key.bridgerpay });
    const identity = { ...bridgerpayDeposit, id: 'acme-eu:payout:order-1', kind: 'payout' as const };
    const played = tell('bridgerpay', [{ at: 0, says }], { identity, until: 0 });
    expect(played.order).toMatchObject({ status: 'pending', escalation: { level: 1 } });
    expect(reasonsOf(played)).toContain('unknown_status blocked');
  });
});

describe('law 9, dates, zeros, amounts', () => {
  test('a capture of 0 takes nothing, and is neither unknown nor a capture', async () => {
    const turns = await hourly(
      session,
      sessionOf('order_approved_not_captured', { captures: [captured('c0', 'approved', 0)] }),
    );
    const played = tell('briqpay', turns, { until: minute });
    expect(played.order).toMatchObject({ status: 'placed', amounts: { captured: 0 }, findings: [] });
  });

  test('the same refund told as -5, "-5.00" and 5 is one, wherever its date has a zone or none', async () => {
    const told = (amount: unknown, at: unknown) =>
      notification('partly_refunded', { refund_id: 'r-1' }, { amount, created_at: at });
    const turns: Turn[] = [
      { at: 0, says: await deposit(depositOf('approved')) },
      {
        at: hour,
        says: await deposit(depositOf('partly_refunded')),
        hooks: [
          told(-5, '2026-01-05 10:00:00'),
          told('-5.00', '2026-01-05T10:00:00Z'),
          told(5, '2026-01-05T11:00:00+01:00'),
        ],
      },
    ];
    const played = tell('bridgerpay', turns, { until: 2 * hour });
    expect(played.order).toMatchObject({ amounts: { refunded: 500 }, findings: [], escalation: null });
  });

  test.each<[string, unknown, number]>([
    ['without a zone is UTC', '2026-01-12 09:00:00', 6 * day],
    ['in seconds', t0 / 1_000 + 7 * 86_400, 6 * day],
    ['in the year 20260 is none: the default counts', '20260-01-12T00:00:00Z', 29 * day],
    ['of nought is none', '0000-00-00 00:00:00', 29 * day],
  ])('an end of the authorization %s', async (_, expiresAt, warnedAt) => {
    const turns = await hourly(
      session,
      sessionOf('order_approved_not_captured', { transactions: [paid('approved', { expiresAt })] }),
    );
    expect(escalationsOf(tell('briqpay', turns, { until: 30 * day }))[0]).toEqual([
      'escalation.opened',
      warnedAt,
    ]);
  });
});

describe('law 10, one reference, one payment', () => {
  async function orders(...worlds: readonly Told[]) {
    const all = [];
    for (const [index, told] of worlds.entries()) {
      const id = `acme-se:${index}`;
      const identity = {
        id,
        account: 'acme-se',
        provider: 'briqpay',
        kind: 'deposit',
        key: key.briqpay,
      } as const;
      all.push(tell('briqpay', await hourly(session, told), { identity, until: minute }).order);
    }
    return all;
  }
  const whole = sessionOf('captured_full', { captures: [captured('c1')] });
  const reserved = sessionOf('order_approved_not_captured');

  test('one captured, the other only reserved: both are told', async () => {
    const told = paidTogether(await orders(whole, reserved));
    expect(Object.fromEntries(told)).toEqual({ 'acme-se:0': ['acme-se:1'], 'acme-se:1': ['acme-se:0'] });
  });

  test('one captured, the other refunded, released, rejected or waiting: nothing is paid twice', async () => {
    const others = [
      sessionOf('captured_full', { captures: [captured('c1')], refunds: [refunded('r1')] }),
      sessionOf('order_cancelled', { transactions: [paid('cancelled')] }),
      sessionOf('order_cancelled'),
      sessionOf('order_rejected', { transactions: [paid('rejected')] }),
      sessionOf('order_pending', { transactions: [paid('pending')] }),
    ];
    for (const other of others) expect(paidTogether(await orders(whole, other)).size).toBe(0);
  });

  test('captured without any sum told counts as what was authorized', async () => {
    expect(paidTogether(await orders(sessionOf('captured_full'), whole)).size).toBe(2);
  });
});
