import type { Command } from '../../../src/domain/order/commands.ts';
import {
  climb,
  nextLevelAt,
  nextRung,
  silenceAll,
  trackReasons,
  wakeSilenced,
  type HeldReasons,
  type Escalation,
} from '../../../src/domain/escalation/ladder.ts';
import { step } from '../../../src/domain/order/step.ts';
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
  test('it ends, is told, and pending is silent however long it lasts', () => {
    const played = pending({ commands: [[hour, resolve]] });
    expect(escalationsOf(played)).toEqual([opened, ['escalation.resolved', hour]]);
    expect(played.order.escalation).toBeNull();
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
      until: 31 * day,
    });
    expect(played.order.escalation).toMatchObject({ reasons: ['authorization_expiring'] });
  });

  test('a contradiction that was resolved stays silent when another hook is forged', () => {
    const played = play({
      world: [[0, says.placed]],
      hints: [
        [0, hint.payment('cancelled')],
        [2 * hour, hint.payment('rejected')],
      ],
      commands: [[hour, resolve]],
      until: 3 * hour,
    });
    expect(played.told).toEqual(['order.placed', 'escalation.opened', 'escalation.resolved']);
  });

  test('until the status changes: then its clock starts anew', () => {
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
    expect(escalationsOf(played)).toEqual([
      opened,
      ['escalation.resolved', hour],
      ['escalation.opened', 2 * hour + 15 * minute],
      ['escalation.raised', 4 * hour],
    ]);
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
    expect(of([[0, told]])).toEqual({
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
    expect(step(heard, answer, t0 + 9).state.heldReasons).toMatchObject({ unverified: { since: t0 + 5 } });
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
    // The refund makes the order partially refunded: pending ends, the broken sum begins.
    expect(of(world, { hints, until: hour + 20 * minute })).toMatchObject({
      reasons: ['over_refunded'],
      openedAt: iso(hour + 15 * minute),
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

  test('an authorization that lapses: at the time that the provider names', () => {
    const told = { ...says.placed, expiresAt: t0 + 10 * day };
    expect(of([[0, told]], { until: 10 * day })).toBeNull();
    expect(of([[0, told]], { until: 10 * day + hour })).toMatchObject({
      reasons: ['authorization_expiring'],
      openedAt: iso(10 * day + 15 * minute),
    });
  });

  test('or after 30 days placed', () => {
    expect(of([[0, says.placed]], { until: 30 * day })).toBeNull();
    expect(of([[0, says.placed]], { until: 30 * day + hour })).toMatchObject({
      reasons: ['authorization_expiring'],
    });
  });

  test('one that was prolonged is put off', () => {
    const told = (days: number) => ({ ...says.placed, expiresAt: t0 + days * day });
    const world = [
      [0, told(10)],
      [9 * day, told(20)],
    ] as const;
    expect(of(world, { until: 19 * day })).toBeNull();
    expect(of(world, { until: 21 * day })).toMatchObject({ reasons: ['authorization_expiring'] });
  });
});

describe('the ladder itself', () => {
  const steps: Delays = [10, 20];
  const held: HeldReasons = { pending: { since: 100 } };
  const at = (now: number, escalation?: Escalation, lastReadAt = now) =>
    climb(escalation, { held, steps, now, lastReadAt });
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

  test('one that comes late opens where it is due', () => {
    expect(at(150)).toMatchObject({ change: 'opened', escalation: { level: 2 } });
  });

  test('ends with its last reason, and never falls', () => {
    const none = { held: {}, steps, now: 150, lastReadAt: 150 };
    expect(climb(open(2), none)).toEqual({ change: 'resolved' });
    const later = { ...none, held: { unverified: { since: 140 } } as HeldReasons };
    expect(climb({ ...open(2), reasons: ['pending', 'unverified'] }, later)).toEqual({
      escalation: { ...open(2), reasons: ['unverified'] },
    });
  });

  test('a reason that begins at this moment is one already', () => {
    expect(climb(open(1), { held: { pending: { since: 150 } }, steps, now: 150, lastReadAt: 150 })).toEqual({
      escalation: open(1),
    });
    expect(trackReasons({ pending: { since: 50 } }, { pending: 10 }, 50)).toEqual({
      pending: { since: 50 },
    });
    expect(silenceAll({ pending: { since: 50 } }, 50)).toEqual({ pending: { since: 50, silenced: true } });
  });

  test('one that lay ahead and is here now begins when it is said to', () => {
    const ahead: HeldReasons = { authorization_expiring: { since: 100 } };
    expect(trackReasons(ahead, { authorization_expiring: 40 }, 50)).toEqual({
      authorization_expiring: { since: 40 },
    });
  });

  test('the oldest reason comes first, whatever it is', () => {
    const both: HeldReasons = {
      pending: { since: 100 },
      unverified: { since: 90 },
      unregistered: { since: 95 },
    };
    expect(climb(undefined, { held: both, steps, now: 150, lastReadAt: 150 }).escalation?.reasons).toEqual([
      'unverified',
      'unregistered',
      'pending',
    ]);
  });

  test('a reason that was resolved has no rungs; once awake its clock begins anew, that of others goes on', () => {
    const resolved: HeldReasons = { pending: { since: 100, silenced: true }, unverified: { since: 120 } };
    expect(nextRung(undefined, { held: resolved, steps, lastReadAt: 100 })).toBe(130);
    expect(nextLevelAt(open(1), resolved, steps)).toBe(140);
    expect(wakeSilenced(resolved, 200)).toEqual({ pending: { since: 200 }, unverified: { since: 120 } });
  });

  test('the clock of a reason that goes on is left alone', () => {
    expect(trackReasons({ over_captured: { since: 1 } }, { over_captured: 50 }, 50)).toEqual({
      over_captured: { since: 1 },
    });
    expect(trackReasons({ over_captured: { since: 1 } }, {}, 50)).toEqual({});
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
  const expires = (days: number) => ({ ...says.placed, expiresAt: t0 + days * day });
  const played = play({
    world: [
      [0, expires(10)],
      [11 * day, expires(40)],
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
