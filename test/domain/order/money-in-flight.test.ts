import type { Reason } from '../../../src/domain/escalation/reasons.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import type { Command } from '../../../src/domain/order/commands.ts';
import {
  approvedWith,
  authorization,
  capture,
  day,
  findingsOf,
  hint,
  hour,
  minute,
  payout,
  play,
  reading,
  refund,
  says,
  t0,
  terms,
  type Answer,
  type At,
  type Played,
  type Script,
} from '../support.ts';

const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'known' };

/** A registered order whose provider tells each change by a hook. */
function told(world: readonly At<Answer>[], until: number, more: Partial<Script> = {}): Played {
  return play({ world, hints: world.map(([at]) => [at, hint.change] as const), terms, until, ...more });
}

const escalationsOf = ({ events }: Played) =>
  events.filter(({ type }) => type.startsWith('escalation')).map(({ type, at }) => [type, at - t0]);

const begunOf = ({ state }: Played, reason: Reason) =>
  state.heldReasons.filter(({ code }) => code === reason).map(({ subject, since }) => [subject, since - t0]);

const linesOf = ({ state }: Played) => state.timeline.entries.map(({ summary }) => summary);

describe('a capture or refund that the provider does not decide about has a ladder of its own (law 5)', () => {
  test.each<[Reason, number, Reading]>([
    ['capture_pending', 20, approvedWith(capture('c1', 'pending'))],
    ['refund_pending', 60, approvedWith(capture('c1'), refund('r1', 'pending', 500))],
  ])('%s, for %i days (sample 11)', (reason, days, world) => {
    const played = told([[0, world]], days * day);
    expect(escalationsOf(played)).toEqual([
      ['escalation.opened', hour],
      ['escalation.raised', day],
      ['escalation.raised', 3 * day],
    ]);
    expect(played.order.escalation).toMatchObject({ level: 3, reasons: [reason] });
    expect(played.closedAt).toBeUndefined();
  });

  test('by the delays of the account', () => {
    const policy = { capturePending: [2 * hour] as const, refundPending: [3 * hour] as const };
    const world = approvedWith(
      capture('c1', 'approved', 100),
      capture('c2', 'pending', 100),
      refund('r1', 'pending', 50),
    );
    expect(told([[0, world]], 2 * hour, { policy }).order.escalation?.reasons).toEqual(['capture_pending']);
    expect(told([[0, world]], 3 * hour, { policy }).order.escalation?.reasons).toEqual([
      'capture_pending',
      'refund_pending',
    ]);
  });

  test('each is a subject with its own clock', () => {
    const one = capture('c1', 'pending', 100);
    const two = capture('c2', 'pending', 200);
    const played = told(
      [
        [0, approvedWith(one)],
        [30 * minute, approvedWith(one, two)],
        [50 * minute, approvedWith({ ...one, status: 'approved' }, two)],
      ],
      2 * hour,
    );
    expect(begunOf(played, 'capture_pending')).toEqual([['c2', 30 * minute]]);
    expect(escalationsOf(played)).toEqual([['escalation.opened', 90 * minute]]);
  });

  test('a decision ends it, before any person has heard where it comes in time', () => {
    const world = (at: number) =>
      [
        [0, approvedWith(capture('c1', 'pending'))],
        [at, says.captured],
      ] as const;
    expect(escalationsOf(told(world(59 * minute), day))).toEqual([]);
    expect(escalationsOf(told(world(2 * hour), day)).at(-1)).toEqual(['escalation.resolved', 2 * hour]);
  });

  test('after a rejection it is a failure, by the ladder of that, and still one escalation', () => {
    const played = told(
      [
        [0, approvedWith(capture('c1', 'pending'))],
        [2 * hour, approvedWith(capture('c1', 'rejected'))],
      ],
      2 * hour + 15 * minute,
    );
    expect(begunOf(played, 'capture_pending')).toEqual([]);
    expect(played.order.escalation).toMatchObject({ reasons: ['capture_failed'] });
  });
});

describe('a pending attempt beside an approved one (R7)', () => {
  const beside = approvedWith(capture('c1'), authorization('b', 'pending'));

  test('changes no status, and has a clock of its own', () => {
    const played = told(
      [
        [0, says.captured],
        [hour, beside],
      ],
      2 * hour,
    );
    expect(played.order.status).toBe('captured');
    expect(begunOf(played, 'pending')).toEqual([['b', hour]]);
    expect(escalationsOf(played)).toEqual([['escalation.opened', hour + 15 * minute]]);
  });

  test('two have two clocks', () => {
    const second = approvedWith(capture('c1'), authorization('b', 'pending'), authorization('d', 'pending'));
    const played = told(
      [
        [0, beside],
        [hour, second],
      ],
      hour,
    );
    expect(begunOf(played, 'pending')).toEqual([
      ['b', 0],
      ['d', hour],
    ]);
  });

  test('ends with its decline', () => {
    const played = told(
      [
        [0, beside],
        [hour, approvedWith(capture('c1'), authorization('b', 'rejected'))],
      ],
      day,
    );
    expect(played.order).toMatchObject({ status: 'captured', escalation: null });
  });
});

describe('nothing closes while money is in flight, also where a person has resolved it (law 5, R13)', () => {
  test.each<[string, Reading]>([
    ['a refund', approvedWith(capture('c1'), refund('r1', 'pending', 500))],
    ['a second refund', approvedWith(capture('c1'), refund('r1'), refund('r2', 'pending', 500))],
    [
      'a capture',
      approvedWith(
        capture('c1', 'approved', 500),
        refund('r1', 'approved', 500),
        capture('c2', 'pending', 5),
      ),
    ],
    ['another attempt', approvedWith(capture('c1'), authorization('b', 'pending'))],
    [
      'a refund of a declined payment',
      { ...says.rejected, movements: [...says.rejected.movements, refund('r1', 'pending')] },
    ],
  ])('%s', (_, world) => {
    const played = told([[0, world]], 400 * day, {
      commands: [
        [4 * day, resolve],
        // By then the authorization lapses soon.
        [29 * day + hour, resolve],
      ],
    });
    expect(played.closedAt).toBeUndefined();
    expect(played.order.escalation?.state).toBe('resolved');
  });

  test('it does once the money has arrived', () => {
    const played = told(
      [
        [0, approvedWith(capture('c1'), refund('r1', 'pending'))],
        [20 * day, says.refunded],
      ],
      40 * day,
      { commands: [[4 * day, resolve]] },
    );
    expect(played.order).toMatchObject({ status: 'refunded', escalation: null });
    expect(played.closedAt).toBe(27 * day);
  });

  test('the rest of an authorization holds the order open until it is released', () => {
    const rest = { ...authorization('a'), expiresAt: t0 + 300 * day };
    const played = told(
      [
        [0, says.open],
        [
          hour,
          reading({
            outcome: 'approved',
            captured: 'partial',
            movements: [rest, capture('c1', 'approved', 500), refund('r1', 'approved', 100)],
          }),
        ],
      ],
      400 * day,
      { commands: [[299 * day + hour, resolve]] },
    );
    expect(played.closedAt).toBeGreaterThanOrEqual(301 * day);
    expect(played.order).toMatchObject({ status: 'partially_refunded', amounts: { cancelled: 29_500 } });
  });
});

describe('an attempt that reads list no longer (R7)', () => {
  const world = [
    [0, says.pending],
    [hour, says.absent],
  ] as const;

  test('is pending until a day after it was last listed, then ends, with a finding', () => {
    const before = told(world, hour + 23 * hour);
    expect(before.order.status).toBe('pending');
    const after = told(world, 2 * day);
    expect(after.order).toMatchObject({ status: 'expired', escalation: null });
    expect(findingsOf(after)).toEqual(['attempt_lapsed']);
    expect(after.lastTold).toMatchObject({ status: 'expired' });
    // The last read that listed it was the recheck 21 minutes after the beginning.
    expect(after.reads).toContainEqual({ at: 21 * minute + day, why: 'expiry', ok: true });
  });

  test('as long as the account says', () => {
    const short = told(world, 5 * hour, { policy: { abandonAfter: 3 * hour } });
    expect(short.order.status).toBe('expired');
    expect(short.reads).toContainEqual({ at: 3 * hour + 21 * minute, why: 'expiry', ok: true });
  });

  test('is pending again where it is listed again', () => {
    const played = told([...world, [20 * hour, says.pending]], 30 * hour);
    expect(played.order.status).toBe('pending');
    expect(findingsOf(played)).not.toContain('attempt_lapsed');
  });

  test('an approval afterwards wins', () => {
    const played = told([...world, [3 * day, says.placed]], 3 * day + hour);
    expect(played.order.status).toBe('placed');
    expect(findingsOf(played)).toContain('corrected');
    expect(played.told.at(-1)).toBe('order.corrected');
  });

  test('beside an approved one it ends its clock and lets the order close', () => {
    const played = told(
      [
        [0, approvedWith(capture('c1'), authorization('b', 'pending'))],
        [hour, says.captured],
      ],
      3 * day,
    );
    expect(played.order).toMatchObject({ status: 'captured', escalation: null });
    expect(findingsOf(played)).toEqual(['attempt_lapsed']);
  });

  test('after a declined one that is still listed it is no contradiction to the word about that', () => {
    const declined = authorization('a', 'rejected');
    const played = told(
      [
        [
          0,
          reading({
            outcome: 'pending',
            movements: [declined, { ...authorization('b', 'pending'), createdAt: t0 }],
          }),
        ],
        [hour, reading({ outcome: 'rejected', movements: [declined] })],
      ],
      3 * day,
    );
    expect(played.order).toMatchObject({ status: 'rejected', escalation: null });
    expect(findingsOf(played)).toEqual(['attempt_lapsed']);
  });

  test('the payment is pending on where the word still says so (R9)', () => {
    const played = told(
      [
        [0, says.pending],
        [hour, reading({ outcome: 'pending' })],
      ],
      2 * day,
    );
    expect(findingsOf(played)).toEqual(['attempt_lapsed']);
    expect(played.order).toMatchObject({ status: 'pending', escalation: { reasons: ['pending'] } });
  });

  test('is not given up while reads fail', () => {
    const played = told([...world, [2 * hour, 'unavailable']], 3 * day);
    expect(played.order.status).toBe('pending');
  });
});

/** An approved order of 300.00 that lapses then, and what else it has. */
function lapsing(at: number, ...more: Reading['movements']): Reading {
  const told = approvedWith(...more);
  const [first, ...others] = told.movements;
  return { ...told, movements: [{ ...first!, expiresAt: t0 + at }, ...others] };
}

describe('an authorization is told a day before it lapses (law 5)', () => {
  test('also when a part was captured (sample 12)', () => {
    const world = [[0, lapsing(7 * day, capture('c1', 'approved', 10_000))]] as const;
    expect(told(world, 6 * day - 1).order.escalation).toBeNull();
    expect(told(world, 6 * day).order.escalation).toMatchObject({
      level: 1,
      reasons: ['authorization_expiring'],
    });
    expect(told(world, 6 * day).order.status).toBe('partially_captured');
  });

  test('by that which holds now, and not by one that was released', () => {
    const released = { ...authorization('a', 'cancelled'), expiresAt: t0 + 5 * day };
    const holds = { ...authorization('b'), expiresAt: t0 + 20 * day };
    const world = [[0, reading({ outcome: 'approved', movements: [released, holds] })]] as const;
    expect(told(world, 19 * day - 1).order.escalation).toBeNull();
    expect(begunOf(told(world, 19 * day), 'authorization_expiring')).toEqual([['b', 19 * day]]);
  });

  test('moved when it is prolonged, also after it was told (sample 25)', () => {
    const world = [
      [0, lapsing(7 * day)],
      [6 * day + hour, lapsing(20 * day)],
    ] as const;
    const played = told(world, 18 * day);
    expect(escalationsOf(played)).toEqual([
      ['escalation.opened', 6 * day],
      ['escalation.resolved', 6 * day + hour],
    ]);
    expect(told(world, 19 * day).order.escalation).toMatchObject({ reasons: ['authorization_expiring'] });
  });

  test('one that is told late is told at once', () => {
    expect(escalationsOf(told([[0, lapsing(hour)]], 0))).toEqual([['escalation.opened', 0]]);
  });

  test.each<[string, Reading]>([
    ['captured in full', lapsing(2 * day, capture('c1'))],
    ['cancelled', { ...says.cancelled }],
  ])('not one that is %s', (_, world) => {
    expect(told([[0, world]], 5 * day).told).not.toContain('escalation.opened');
  });
});

describe('an authorization that has lapsed (R6)', () => {
  const nothing = [[0, lapsing(7 * day)]] as const;

  test('is decided by a read a day after it expired, and not before', () => {
    const before = told(nothing, 8 * day - 1);
    expect(before.order.status).toBe('placed');
    const after = told(nothing, 8 * day);
    expect(after.reads.at(-1)).toMatchObject({ at: 8 * day, ok: true });
    expect(after.order).toMatchObject({
      status: 'expired',
      escalation: null,
      amounts: { authorized: 30_000, captured: 0, cancelled: 30_000 },
    });
    expect(after.told.slice(-2)).toEqual(['order.expired', 'escalation.resolved']);
    expect(findingsOf(after)).toEqual([]);
    expect(linesOf(after)).toContain(
      'the authorization has lapsed, what was not captured is released: 300.00 SEK',
    );
  });

  test('where no end is named 30 days are assumed', () => {
    const played = told([[0, says.placed]], 40 * day);
    expect(played.state.statusSince - t0).toBe(31 * day);
    expect(played.closedAt).toBe(38 * day);
  });

  test('with a part captured the order is captured, and the rest released', () => {
    const played = told([[0, lapsing(7 * day, capture('c1', 'approved', 10_000))]], 9 * day);
    expect(played.order).toMatchObject({
      status: 'captured',
      amounts: { captured: 10_000, cancelled: 20_000 },
      escalation: null,
    });
    expect(linesOf(played)).toContain(
      'the authorization has lapsed, what was not captured is released: 200.00 SEK',
    );
  });

  test('not while reads fail, nor while a capture is under way', () => {
    const failing = told([...nothing, [7 * day, 'unavailable']], 12 * day);
    expect(failing.order.status).toBe('placed');
    const under = told([...nothing, [7 * day, lapsing(7 * day, capture('c1', 'pending'))]], 12 * day);
    expect(under.order).toMatchObject({ status: 'placed', amounts: { cancelled: 0 } });
    expect(linesOf(under).some((line) => line.includes('lapsed'))).toBe(false);
  });

  test('a payout has none: it is not told, does not lapse, and closes', () => {
    const played = told([[0, says.placed]], 90 * day, { identity: payout, terms: undefined });
    expect(played.order).toMatchObject({ status: 'paid_out', escalation: null });
    expect(played.told).toEqual(['order.paid_out']);
    expect(played.closedAt).toBe(7 * day);
  });

  test('told once, however often it is read', () => {
    const lines = linesOf(told(nothing, 30 * day)).filter((line) => line.includes('has lapsed'));
    expect(lines).toHaveLength(1);
  });

  test.each<[string, Reading, Partial<Played['order']['amounts']>]>([
    ['in full', lapsing(7 * day, capture('c1')), { captured: 30_000, cancelled: 0 }],
    ['in part', lapsing(7 * day, capture('c1', 'approved', 100)), { captured: 100, cancelled: 29_900 }],
  ])('a capture afterwards wins, with a correction: %s', (_, late, amounts) => {
    const played = told([...nothing, [10 * day, late]], 11 * day);
    expect(played.order).toMatchObject({ status: 'captured', amounts });
    expect(findingsOf(played)).toContain('corrected');
    expect(played.told.at(-1)).toBe('order.corrected');
  });

  test('another capture of a lapsed rest is a correction too', () => {
    const played = told(
      [
        [0, lapsing(7 * day, capture('c1', 'approved', 100))],
        [10 * day, lapsing(7 * day, capture('c1', 'approved', 100), capture('c2', 'approved', 200))],
      ],
      10 * day,
    );
    expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: 300, cancelled: 29_700 } });
    expect(findingsOf(played)).toEqual(['corrected']);
  });

  test('one that the provider prolongs after all holds again', () => {
    const played = told([...nothing, [10 * day, lapsing(40 * day)]], 11 * day);
    expect(played.order).toMatchObject({ status: 'placed', amounts: { cancelled: 0 } });
  });
});
