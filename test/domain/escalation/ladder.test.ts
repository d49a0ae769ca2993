import type { Command } from '../../../src/domain/order/commands.ts';
import {
  climb,
  nextLevelAt,
  nextRung,
  reopenAll,
  resolveAll,
  trackReasons,
  type HeldReason,
  type HeldReasons,
  type Escalation,
} from '../../../src/domain/escalation/ladder.ts';
import { step } from '../../../src/domain/order/step.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import type { Reason } from '../../../src/domain/escalation/reasons.ts';
import { defaultPolicy, type Delays } from '../../../src/domain/escalation/policy.ts';
import { openOrder } from '../../../src/domain/order/state.ts';
import {
  approvedWith,
  authorization,
  capture,
  day,
  deposit,
  hint,
  hour,
  minute,
  play,
  reading,
  refund,
  resultOf,
  says,
  t0,
  terms,
  total,
  unpriced,
  type Answer,
  type At,
  type Played,
  type Script,
} from '../support.ts';

/** An approved order whose authorization lapses then, in milliseconds after the beginning. */
const lapsingAt = (at: number): Reading => ({
  ...says.placed,
  movements: [{ ...authorization('a'), expiresAt: t0 + at }],
});

const iso = (at: number) => new Date(t0 + at).toISOString();
const acknowledge: Command = { type: 'acknowledgeEscalation', by: 'ada', reason: 'looking' };
const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'paid by hand' };
const snooze = (until: number): Command => ({
  type: 'snoozeEscalation',
  by: 'ada',
  reason: 'tomorrow',
  until: t0 + until,
});

/** A payment that is pending from the start, and what people do about it. */
function pending(more: Partial<Script> = {}): Played {
  return play({
    world: [[0, says.pending]],
    hints: [[0, hint.payment('pending')]],
    terms,
    until: 45 * day,
    ...more,
  });
}

const escalationsOf = ({ events }: Played) =>
  events.filter(({ type }) => type.startsWith('escalation')).map(({ type, at }) => [type, at - t0]);

const opened = ['escalation.opened', 15 * minute];
const raised = ['escalation.raised', 2 * hour];
const raisedAgain = ['escalation.raised', day];

describe('45 days of pending', () => {
  test('escalate once at each rung, and stay listed', () => {
    const played = pending();
    expect(escalationsOf(played)).toEqual([opened, raised, raisedAgain]);
    expect(played.order.escalation).toEqual({
      level: 3,
      reasons: ['pending'],
      openedAt: iso(15 * minute),
      state: 'open',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: null,
    });
    expect(played.closedAt).toBeUndefined();
  });

  test('the provider is asked at each rung, before anybody else', () => {
    const { reads } = pending({
      policy: { pending: { recheck: [365 * day], escalate: [15 * minute, 2 * hour, day] } },
    });
    expect(reads).toEqual([
      { at: 0, why: 'hook', ok: true },
      { at: 15 * minute, why: 'escalation', ok: true },
      { at: 2 * hour, why: 'escalation', ok: true },
      { at: day, why: 'escalation', ok: true },
    ]);
  });

  test('an approval that only the last question finds escalates nothing', () => {
    const played = pending({
      world: [
        [0, says.pending],
        [15 * minute, says.placed],
      ],
      policy: { pending: { recheck: [365 * day], escalate: [15 * minute] } },
      until: day,
    });
    expect(played.told).toEqual(['order.pending', 'order.placed']);
  });

  test('an escalation says when it rises next', () => {
    expect(pending({ until: hour }).order.escalation).toMatchObject({ level: 1, nextLevelAt: iso(2 * hour) });
    expect(pending({ until: 3 * hour }).order.escalation).toMatchObject({ level: 2, nextLevelAt: iso(day) });
  });

  test('the provider approves: it ends by itself, which is told and noted', () => {
    const played = pending({
      world: [
        [0, says.pending],
        [3 * hour, says.placed],
      ],
      hints: [
        [0, hint.payment('pending')],
        [3 * hour, hint.payment('approved')],
      ],
      until: 20 * day,
    });
    expect(escalationsOf(played)).toEqual([opened, raised, ['escalation.resolved', 3 * hour]]);
    expect(played.told).toEqual([
      'order.pending',
      'escalation.opened',
      'escalation.raised',
      'order.placed',
      'escalation.resolved',
    ]);
    expect(played.order.escalation).toBeNull();
    expect(played.state.timeline.entries).toContainEqual({
      at: t0 + 3 * hour,
      kind: 'escalation',
      summary: 'resolved',
    });
  });
});

describe('acknowledged', () => {
  test('it has an owner, keeps both through a raise, and tells no event of its own', () => {
    const played = pending({ commands: [[hour, acknowledge]] });
    expect(escalationsOf(played)).toEqual([opened, raised, raisedAgain]);
    expect(played.order.escalation).toMatchObject({ level: 3, state: 'acknowledged', owner: 'ada' });
  });
});

describe('snoozed', () => {
  test('it does not rise; when the snooze ends the provider is asked, then it rises to where it is due', () => {
    const until = 5 * hour;
    const asleep = pending({ commands: [[hour, snooze(until)]], until: until - 1 });
    expect(asleep.order.escalation).toMatchObject({
      level: 1,
      state: 'snoozed',
      owner: 'ada',
      snoozedUntil: iso(until),
      nextLevelAt: iso(until),
    });
    const awake = pending({ commands: [[hour, snooze(until)]], until: 10 * hour });
    expect(escalationsOf(awake)).toEqual([opened, ['escalation.raised', until]]);
    expect(awake.reads).toContainEqual({ at: until, why: 'escalation', ok: true });
    expect(awake.order.escalation).toMatchObject({ level: 2, state: 'open', snoozedUntil: null });
  });

  test('past several rungs it rises once', () => {
    const played = pending({ commands: [[hour, snooze(3 * day)]] });
    expect(escalationsOf(played)).toEqual([opened, ['escalation.raised', 3 * day]]);
    expect(played.order.escalation).toMatchObject({ level: 3 });
  });

  test('it still ends when the provider approves', () => {
    const played = pending({
      world: [
        [0, says.pending],
        [2 * hour, says.placed],
      ],
      commands: [
        [hour, snooze(3 * day)],
        [2 * hour, { type: 'recheck', by: 'ada' }],
      ],
      until: day,
    });
    expect(played.order).toMatchObject({ status: 'placed', escalation: null });
  });
});

test('who acknowledges what was snoozed wakes it', () => {
  const played = pending({
    commands: [
      [hour, snooze(3 * day)],
      [90 * minute, acknowledge],
    ],
    until: 91 * minute,
  });
  expect(played.order.escalation).toMatchObject({ state: 'acknowledged', owner: 'ada', snoozedUntil: null });
});

test('what people do is told in the timeline, with who and why', () => {
  const played = pending({
    commands: [
      [hour, { type: 'recheck', by: 'shop' }],
      [hour, snooze(2 * day)],
      [2 * hour, acknowledge],
      [3 * hour, resolve],
    ],
    until: 4 * hour,
  });
  const lines = played.state.timeline.entries.filter(({ kind }) => kind === 'person');
  expect(lines.map(({ summary }) => summary)).toEqual([
    'shop asked for a recheck',
    `ada snoozed the escalation until ${iso(2 * day)}: tomorrow`,
    'ada acknowledged the escalation: looking',
    'ada resolved the escalation: paid by hand',
  ]);
});

test('a command about an escalation that is not there makes none', () => {
  const fresh = openOrder({ identity: deposit, policy: defaultPolicy }, t0);
  for (const command of [acknowledge, snooze(day)]) {
    const { state, events } = step(fresh, { type: 'command', command, key: 'k', hash: 'h' }, t0);
    expect([state.escalation, events]).toEqual([undefined, []]);
    expect(state.timeline.entries).toHaveLength(1);
  }
});

describe('resolved by a person', () => {
  test('it is told, and pending is silent and listed as resolved however long it lasts (law 6)', () => {
    const played = pending({ commands: [[hour, resolve]] });
    expect(escalationsOf(played)).toEqual([opened, ['escalation.resolved', hour]]);
    expect(played.order.escalation).toEqual({
      level: 1,
      reasons: ['pending'],
      openedAt: iso(15 * minute),
      state: 'resolved',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: null,
      resolved: { by: 'ada', at: iso(hour), reason: 'paid by hand' },
    });
    expect(played.state.timeline.entries).toContainEqual({
      at: t0 + hour,
      kind: 'person',
      summary: 'ada resolved the escalation: paid by hand',
    });
  });

  test('another reason than that which was resolved escalates all the same', () => {
    const played = pending({
      world: [
        [0, says.pending],
        [day, 'unavailable'],
      ],
      commands: [
        [hour, resolve],
        [day, { type: 'recheck', by: 'ada' }],
      ],
      until: day + hour,
    });
    expect(escalationsOf(played).at(-1)).toEqual(['escalation.opened', day + 15 * minute]);
    expect(played.order.escalation).toMatchObject({ reasons: ['unverified'] });
  });

  test('what a person resolved does not silence a reason that only begins later', () => {
    const played = play({
      world: [[0, says.placed]],
      hints: [[0, hint.payment('cancelled')]],
      commands: [[hour, resolve]],
      until: 30 * day,
    });
    expect(played.order.escalation).toMatchObject({ reasons: ['authorization_expiring'] });
  });

  test('a contradiction that was resolved stays silent; another forged hook is another subject (R13)', () => {
    const played = play({
      world: [[0, says.placed]],
      hints: [
        [0, hint.payment('cancelled')],
        [2 * hour, hint.payment('rejected')],
      ],
      commands: [[hour, resolve]],
      until: 3 * hour,
    });
    expect(played.told).toEqual([
      'order.placed',
      'escalation.opened',
      'escalation.resolved',
      'escalation.opened',
    ]);
  });

  test('a change of the status wakes nothing (R13)', () => {
    const failed = approvedWith(capture('c1', 'rejected'));
    const played = play({
      world: [
        [0, failed],
        [2 * hour, approvedWith(capture('c1', 'rejected'), capture('c2', 'approved', 100))],
      ],
      hints: [
        [0, hint.capture('c1', 'rejected')],
        [2 * hour, hint.capture('c2')],
      ],
      commands: [[hour, resolve]],
      until: 10 * hour,
    });
    expect(played.order.status).toBe('partially_captured');
    expect(escalationsOf(played)).toEqual([opened, ['escalation.resolved', hour]]);
    expect(played.order.escalation).toMatchObject({ state: 'resolved', reasons: ['capture_failed'] });
  });
});

describe('reasons', () => {
  const until = 3 * hour;
  const of = (world: readonly At<Answer>[], more: Partial<Script> = {}) =>
    play({ world, hints: [[0, hint.odd]], terms, until, ...more }).order.escalation;

  test.each<[string, Answer]>([
    ['pending', says.pending],
    ['unverified', 'unavailable'],
    ['capture_failed', approvedWith(capture('c1', 'rejected'))],
    ['refund_failed', approvedWith(capture('c1'), refund('r1', 'rejected'))],
    ['over_captured', approvedWith(capture('c1'), capture('c2'))],
    ['over_refunded', approvedWith(capture('c1'), refund('r1'), refund('r2'))],
    ['double_payment', reading({ outcome: 'approved', movements: [authorization('1'), authorization('2')] })],
  ])('%s escalates by the ladder', (reason, told) => {
    // Registered, two payments are another amount too, which is told at once.
    const registered = reason === 'double_payment' ? undefined : terms;
    expect(of([[0, told]], { terms: registered })).toEqual({
      level: 2,
      reasons: [reason],
      openedAt: iso(15 * minute),
      state: 'open',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: iso(day),
    });
  });

  test.each(['open', 'placed', 'captured', 'partlyRefunded', 'refunded', 'rejected', 'cancelled'] as const)(
    'an order that is %s needs nobody',
    (life) => {
      expect(of([[0, says[life]]])).toBeNull();
    },
  );

  test.each<[string, Answer]>([
    [
      'a capture that failed, where the provider says that all is captured',
      { ...approvedWith(capture('c1', 'rejected'), unpriced(capture('c2'))), captured: 'full' },
    ],
    [
      'a refund that failed, where others gave all back',
      approvedWith(capture('c1'), refund('r1', 'rejected'), refund('r2')),
    ],
  ])('%s, needs nobody', (_, told) => {
    expect(of([[0, told]])).toBeNull();
  });

  test('a hook that came while a read was under way is unverified from then on, also where nobody registered', () => {
    const opened = openOrder({ identity: deposit, policy: defaultPolicy, isReadWanted: true }, t0);
    const asking = step(opened, { type: 'readStarted' }, t0).state;
    const heard = step(asking, { type: 'hint', hint: hint.capture('c1') }, t0 + 5).state;
    const answer = { type: 'readEnded', result: resultOf(says.placed), why: 'command' } as const;
    expect(step(heard, answer, t0 + 9).state.heldReasons[0]).toMatchObject({
      code: 'unverified',
      since: t0 + 5,
    });
  });

  test('that it opened and rose is told in the timeline, with its level and its reasons', () => {
    const { state } = play({
      world: [
        [0, says.pending],
        [hour, 'timeout'],
      ],
      commands: [
        [0, { type: 'recheck', by: 'ada' }],
        [hour, { type: 'recheck', by: 'ada' }],
      ],
      terms,
      until: 3 * hour,
    });
    const lines = state.timeline.entries.filter(({ kind }) => kind === 'escalation');
    expect(lines.map(({ summary }) => summary)).toEqual([
      'opened, level 1: pending',
      'raised, level 2: pending, unverified',
    ]);
  });

  test('a capture that failed, and another that took it all, need nobody', () => {
    expect(of([[0, approvedWith(capture('c1', 'rejected'), capture('c2'))]])).toBeNull();
  });

  test('the oldest comes first, and each has its own clock', () => {
    const world = [
      [0, says.pending],
      [hour, { ...says.pending, movements: [authorization('a', 'pending'), refund('r1')] }],
    ] as const;
    const hints = [
      [0, hint.odd],
      [hour, hint.refund('r1')],
    ] as const;
    // Law 3: the attempt stays pending whatever is refunded, so both hold.
    expect(of(world, { hints, until: hour + 20 * minute })).toMatchObject({
      reasons: ['pending', 'over_refunded'],
      openedAt: iso(15 * minute),
    });
  });

  test('one more reason does not open a second escalation', () => {
    const played = play({
      world: [
        [0, says.pending],
        [hour, 'timeout'],
      ],
      hints: [[0, hint.odd]],
      commands: [[hour, { type: 'recheck', by: 'ada' }]],
      terms,
      until: hour + 30 * minute,
    });
    expect(escalationsOf(played)).toEqual([opened]);
    expect(played.order.escalation).toMatchObject({ reasons: ['pending', 'unverified'] });
  });

  test('unregistered, only where the account asks for it, and until somebody registers', () => {
    const life = { world: [[0, says.placed]], hints: [[0, hint.odd]], until: 3 * hour } as const;
    expect(play(life).order.escalation).toBeNull();
    const strict = { ...life, policy: { requireRegistration: true } };
    expect(play(strict).order.escalation).toMatchObject({ level: 2, reasons: ['unregistered'] });
    const adopted = play({ ...strict, commands: [[hour, { type: 'register', terms }]] });
    expect(escalationsOf(adopted)).toEqual([opened, ['escalation.resolved', hour]]);
  });

  // Law 5 and sample 25: a person is told before it lapses, by default a day.
  test('an authorization that lapses: a day before the time that the provider names, at once', () => {
    const told = lapsingAt(10 * day);
    expect(of([[0, told]], { until: 9 * day - 1 })).toBeNull();
    expect(of([[0, told]], { until: 9 * day })).toMatchObject({
      level: 1,
      reasons: ['authorization_expiring'],
      openedAt: iso(9 * day),
      nextLevelAt: iso(9 * day + 2 * hour),
    });
  });

  test('or 30 days after it was approved, as early as the account asks', () => {
    expect(of([[0, says.placed]], { until: 29 * day - 1 })).toBeNull();
    expect(of([[0, says.placed]], { until: 29 * day })).toMatchObject({
      reasons: ['authorization_expiring'],
    });
    const early = { policy: { expiryWarning: 3 * day }, until: 27 * day };
    expect(of([[0, says.placed]], early)).toMatchObject({ openedAt: iso(27 * day) });
  });

  test('one that was prolonged is put off', () => {
    const world = [
      [0, lapsingAt(10 * day)],
      [8 * day, lapsingAt(20 * day)],
    ] as const;
    expect(of(world, { until: 19 * day - 1 })).toBeNull();
    expect(of(world, { until: 19 * day })).toMatchObject({ reasons: ['authorization_expiring'] });
  });
});

describe('the ladder itself', () => {
  const steps: Delays = [10, 20];
  const stepsOf = () => steps;
  const reason = (code: Reason, since: number, more: Partial<HeldReason> = {}): HeldReason => ({
    code,
    subject: '',
    since,
    ...more,
  });
  const resolution = (at: number) => ({ by: 'ada', reason: 'seen', at });
  const held: HeldReasons = [reason('pending', 100)];
  const at = (now: number, escalation?: Escalation, lastReadAt = now) =>
    climb(escalation, { held, stepsOf, now, lastReadAt });
  const open = (level: number): Escalation => ({ level, reasons: ['pending'], openedAt: 110, state: 'open' });

  test('opens at the first rung, not a moment before', () => {
    expect(at(109)).toEqual({});
    expect(at(110)).toEqual({ escalation: open(1), change: 'opened' });
  });

  test('no rung counts before the provider was asked at it', () => {
    expect(at(125, undefined, 109)).toEqual({});
    expect(at(125, open(1), 119)).toEqual({ escalation: open(1) });
    expect(at(125, open(1), 120)).toMatchObject({ change: 'raised', escalation: { level: 2 } });
  });

  test('a rung of 0 counts with the read that shows it, a later one only after one more (R2)', () => {
    const atOnce = (now: number, lastReadAt: number) =>
      climb(undefined, { held: [reason('on_hold', 100)], stepsOf: () => [0, 20], now, lastReadAt });
    expect(atOnce(100, 90)).toMatchObject({ change: 'opened', escalation: { level: 1 } });
    expect(atOnce(125, 119)).toMatchObject({ escalation: { level: 1 } });
    expect(atOnce(125, 120)).toMatchObject({ escalation: { level: 2 } });
    expect(
      climb(undefined, { held: [reason('on_hold', 101)], stepsOf: () => [0], now: 100, lastReadAt: 100 }),
    ).toEqual({});
  });

  test('one that comes late opens where it is due', () => {
    expect(at(150)).toMatchObject({ change: 'opened', escalation: { level: 2 } });
  });

  test('each reason climbs by delays of its own, and the highest counts', () => {
    const both = [reason('capture_failed', 100), reason('capture_pending', 100)];
    const ownStepsOf = (code: Reason) => (code === 'capture_pending' ? [60, 90] : [10]);
    const moment = { held: both, stepsOf: ownStepsOf, now: 190, lastReadAt: 190 };
    expect(climb(undefined, { ...moment, now: 159, lastReadAt: 159 }).escalation).toMatchObject({
      level: 1,
      reasons: ['capture_failed'],
    });
    expect(climb(undefined, moment).escalation).toMatchObject({
      level: 2,
      reasons: ['capture_failed', 'capture_pending'],
    });
    expect(nextRung(undefined, { held: both, stepsOf: ownStepsOf, lastReadAt: 110 })).toBe(160);
  });

  test('ends with its last reason, and never falls', () => {
    const none = { held: [], stepsOf, now: 150, lastReadAt: 150 };
    expect(climb(open(2), none)).toEqual({ change: 'resolved' });
    const later = { ...none, held: [reason('unverified', 140)] };
    expect(climb({ ...open(2), reasons: ['pending', 'unverified'] }, later)).toEqual({
      escalation: { ...open(2), reasons: ['unverified'] },
    });
  });

  test('a reason that begins at this moment is one already', () => {
    const now = [reason('pending', 150)];
    expect(climb(open(1), { held: now, stepsOf, now: 150, lastReadAt: 150 })).toEqual({
      escalation: open(1),
    });
    expect(trackReasons([reason('pending', 50)], [reason('pending', 10)], 50)).toEqual([
      reason('pending', 50),
    ]);
    expect(resolveAll([reason('pending', 50)], resolution(50))).toEqual([
      reason('pending', 50, { resolved: resolution(50) }),
    ]);
  });

  test('one that lay ahead and is here now begins when it is said to; one that lies ahead may move', () => {
    const ahead = [reason('authorization_expiring', 100)];
    for (const since of [40, 130])
      expect(trackReasons(ahead, [reason('authorization_expiring', since)], 50)).toEqual([
        reason('authorization_expiring', since),
      ]);
  });

  test('one that began and was put off has not begun', () => {
    const begun = [reason('authorization_expiring', 40)];
    const putOff = trackReasons(begun, [reason('authorization_expiring', 90)], 50);
    expect(putOff).toEqual([reason('authorization_expiring', 90)]);
    expect(climb(open(1), { held: putOff, stepsOf, now: 50, lastReadAt: 50 })).toEqual({
      change: 'resolved',
    });
  });

  test('the oldest reason comes first, whatever it is, and each code once', () => {
    const both = [
      reason('pending', 100),
      reason('unverified', 90),
      reason('unverified', 95, { subject: 'x' }),
      reason('unregistered', 95),
    ];
    expect(climb(undefined, { held: both, stepsOf, now: 150, lastReadAt: 150 }).escalation?.reasons).toEqual([
      'unverified',
      'unregistered',
      'pending',
    ]);
  });

  test('reasons are held in the order of the table of codes', () => {
    const mixed = [reason('on_hold', 1), reason('pending', 1), reason('capture_failed', 1)];
    expect(trackReasons([], mixed, 1).map(({ code }) => code)).toEqual([
      'pending',
      'capture_failed',
      'on_hold',
    ]);
  });

  test('a reason that was resolved has no rungs; reopened its clock begins anew, that of others goes on', () => {
    const resolved = [reason('pending', 100, { resolved: resolution(110) }), reason('unverified', 120)];
    expect(nextRung(undefined, { held: resolved, stepsOf, lastReadAt: 100 })).toBe(130);
    expect(nextLevelAt(open(1), resolved, stepsOf)).toBe(140);
    expect(reopenAll(resolved, 200)).toEqual([
      reason('pending', 200, { isReopened: true }),
      reason('unverified', 120),
    ]);
  });

  test('reopened it is at level 1 at once, whatever its ladder, and climbs from there', () => {
    const reopened = [reason('pending', 200, { isReopened: true })];
    const moment = { held: reopened, stepsOf, now: 200, lastReadAt: 150 };
    const level1 = { level: 1, reasons: ['pending'], openedAt: 200, state: 'open' } as const;
    expect(climb({ ...open(3), state: 'resolved' }, moment)).toEqual({
      escalation: level1,
      change: 'opened',
    });
    expect(climb(level1, { ...moment, now: 220, lastReadAt: 220 })).toMatchObject({
      change: 'raised',
      escalation: { level: 2 },
    });
  });

  test('what is over is not reopened, and stays silent where it comes back', () => {
    const resolved = [reason('over_captured', 1, { size: 5, resolved: resolution(2) })];
    const over = trackReasons(resolved, [], 3);
    expect(over).toEqual([{ ...resolved[0], isOver: true }]);
    expect(reopenAll(over, 4)).toEqual(over);
    expect(climb({ ...open(1), state: 'resolved' }, { held: over, stepsOf, now: 4, lastReadAt: 4 })).toEqual(
      {},
    );
    expect(trackReasons(over, [reason('over_captured', 5, { size: 5 })], 5)).toEqual(resolved);
  });

  test('a larger sum than the one that was resolved is news, a smaller or an equal one is not', () => {
    const resolved = [reason('over_captured', 1, { size: 5, resolved: resolution(2) })];
    for (const size of [4, 5])
      expect(trackReasons(resolved, [reason('over_captured', 9, { size })], 9)).toEqual(resolved);
    expect(trackReasons(resolved, [reason('over_captured', 9, { size: 6 })], 9)).toEqual([
      reason('over_captured', 9, { size: 6 }),
    ]);
    // After a smaller one it is the resolved sum that counts.
    const smaller = trackReasons(resolved, [reason('over_captured', 9, { size: 3 })], 9);
    expect(trackReasons(smaller, [reason('over_captured', 10, { size: 5 })], 10)).toEqual(resolved);
  });

  test('of what is over the newest 32 are remembered', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      reason('contradiction', 1, { subject: `${index}`, resolved: resolution(2) }),
    );
    expect(trackReasons(many, [], 3).map(({ subject }) => subject)).toEqual(
      many.slice(-32).map(({ subject }) => subject),
    );
  });

  test('a person resolves once: the first resolution stays, and what has not begun is not resolved', () => {
    const one = [reason('pending', 1, { resolved: resolution(2) }), reason('authorization_expiring', 9)];
    expect(resolveAll(one, resolution(5))).toEqual(one);
  });

  test('resolved it says what still holds, oldest first, and keeps level and owner but no snooze', () => {
    const silent = [
      reason('capture_failed', 120, { resolved: resolution(130) }),
      reason('on_hold', 110, { resolved: resolution(130) }),
    ];
    const snoozed: Escalation = { ...open(2), state: 'snoozed', owner: 'ada', snoozedUntil: 999 };
    expect(climb(snoozed, { held: silent, stepsOf, now: 130, lastReadAt: 130 })).toStrictEqual({
      escalation: {
        level: 2,
        reasons: ['on_hold', 'capture_failed'],
        openedAt: 110,
        state: 'resolved',
        owner: 'ada',
      },
      change: 'resolved',
    });
  });

  test('the clock of a reason that goes on is left alone', () => {
    expect(trackReasons([reason('over_captured', 1)], [reason('over_captured', 50)], 50)).toEqual([
      reason('over_captured', 1),
    ]);
    expect(trackReasons([reason('over_captured', 1)], [], 50)).toEqual([]);
  });
});

test('an alarm of a forged hook does not outlive the person who resolved it, without another hook', () => {
  const played = play({
    world: [[0, says.placed]],
    hints: [[0, hint.payment('cancelled')]],
    commands: [[hour, resolve]],
    until: 20 * day,
  });
  expect(played.told).toEqual(['order.placed', 'escalation.opened', 'escalation.resolved']);
});

describe('an order that is about to close', () => {
  test('a refund that fails after the refund window escalates, although the order was closed', () => {
    const whole = {
      world: [[0, says.captured]],
      hints: [[0, hint.capture('c1')]],
      until: 200 * day,
    } as const;
    const { state, closedAt } = play(whole);
    const from = closedAt! + day;
    const late = play({
      world: [[0, approvedWith(capture('c1'), refund('r1', 'rejected'))]],
      carry: state,
      from,
      hints: [[from, hint.refund('r1', 'rejected')]],
      until: from + hour,
    });
    expect(late.order.escalation).toMatchObject({ reasons: ['refund_failed'] });
  });

  test('an over-refund that only the closing read finds escalates', () => {
    const twice = approvedWith(capture('c1'), refund('r1'), refund('r2', 'approved', total));
    const played = play({
      world: [
        [0, says.refunded],
        [day, twice],
      ],
      hints: [[0, hint.refund('r1')]],
      until: 8 * day,
    });
    expect(played.order.escalation).toMatchObject({ reasons: ['over_refunded'] });
  });
});

test('an authorization that the provider prolongs after it escalated resolves the escalation', () => {
  // The third rung asks first, and so hears of it.
  const played = play({
    world: [
      [0, lapsingAt(10 * day)],
      [10 * day, lapsingAt(40 * day)],
    ],
    hints: [[0, hint.payment('approved')]],
    until: 20 * day,
  });
  expect(played.told).toEqual([
    'order.placed',
    'escalation.opened',
    'escalation.raised',
    'escalation.resolved',
  ]);
  expect(played.order.escalation).toBeNull();
});
