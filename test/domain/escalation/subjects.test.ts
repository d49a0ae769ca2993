import type { Reason } from '../../../src/domain/escalation/reasons.ts';
import { refusalOf, type Command } from '../../../src/domain/order/commands.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import type { OrderState } from '../../../src/domain/order/state.ts';
import { iso } from '../../../src/domain/values.ts';
import {
  approvedWith,
  authorization,
  capture,
  day,
  hint,
  hour,
  minute,
  play,
  reading,
  refund,
  says,
  sek,
  t0,
  terms,
  unpriced,
  type Played,
  type Script,
} from '../support.ts';

const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'called the shopper' };
const reopen: Command = { type: 'reopenEscalation', by: 'bob', reason: 'not over' };
const acknowledge: Command = { type: 'acknowledgeEscalation', by: 'bob', reason: '' };
const snooze: Command = { type: 'snoozeEscalation', by: 'bob', reason: '', until: t0 + 90 * day };

const escalationsOf = ({ events }: Played) =>
  events.filter(({ type }) => type.startsWith('escalation')).map(({ type, at }) => [type, at - t0]);
const opened = (at: number) => ['escalation.opened', at];
const raised = (at: number) => ['escalation.raised', at];
const resolved = (at: number) => ['escalation.resolved', at];

const subjectsOf = ({ heldReasons }: OrderState, code: Reason) =>
  heldReasons
    .filter((one) => one.code === code)
    .map(({ subject, resolved: by }) => [subject, by !== undefined]);

/** The provider says one thing after another, each with a hook that brings its read; a person resolves after an hour. */
function resolvedAfterAnHour(first: Reading, later: Reading, more: Partial<Script> = {}): Played {
  return play({
    world: [
      [0, first],
      [2 * hour, later],
    ],
    hints: [
      [0, hint.odd],
      [2 * hour, hint.change],
    ],
    commands: [[hour, resolve]],
    terms,
    until: 3 * hour,
    ...more,
  });
}

describe('resolving silences the subject, not the code', () => {
  const f1 = refund('f1', 'rejected', 10_000);

  test('f1 rejected and resolved, then f2 rejected: it escalates (sample 17)', () => {
    const played = resolvedAfterAnHour(
      approvedWith(capture('c1'), f1),
      approvedWith(capture('c1'), f1, refund('f2', 'rejected', 5_000)),
    );
    expect(escalationsOf(played)).toEqual([
      opened(15 * minute),
      resolved(hour),
      opened(2 * hour + 15 * minute),
    ]);
    expect(played.order.escalation).toMatchObject({ state: 'open', reasons: ['refund_failed'] });
    expect(subjectsOf(played.state, 'refund_failed')).toEqual([
      ['f1', true],
      ['f2', false],
    ]);
  });

  test.each<[string, number, readonly unknown[]]>([
    ['a larger sum is news', 20_001, [opened(2 * hour + 15 * minute)]],
    ['the same sum is not', 20_000, []],
    ['nor a smaller one', 10_000, []],
  ])('%s', (_, second, news) => {
    const over = (amount: number) =>
      approvedWith(capture('c1'), refund('r1'), refund('r2', 'approved', amount));
    const played = resolvedAfterAnHour(over(20_000), over(second));
    expect(escalationsOf(played)).toEqual([opened(15 * minute), resolved(hour), ...news]);
  });

  test('more that was captured than authorized is judged by its sum too', () => {
    const over = (amount: number) => approvedWith(capture('c1'), capture('c2', 'approved', amount));
    expect(escalationsOf(resolvedAfterAnHour(over(2), over(1)))).toHaveLength(2);
    expect(escalationsOf(resolvedAfterAnHour(over(2), over(3)))).toHaveLength(3);
  });

  test('each outage is one of its own', () => {
    const played = play({
      world: [
        [0, 'unavailable'],
        [2 * hour, says.placed],
        [3 * hour, 'unavailable'],
      ],
      commands: [
        [0, { type: 'recheck', by: 'shop' }],
        [hour, resolve],
        [2 * hour, { type: 'recheck', by: 'shop' }],
        [3 * hour, { type: 'recheck', by: 'shop' }],
      ],
      terms,
      until: 4 * hour,
    });
    expect(escalationsOf(played)).toEqual([
      opened(15 * minute),
      resolved(hour),
      opened(3 * hour + 15 * minute),
    ]);
  });

  test('a status change wakes nothing (R13): pending becomes approved, the contradiction stays silent', () => {
    const played = play({
      world: [
        [0, says.pending],
        [2 * hour, says.captured],
      ],
      hints: [
        [0, hint.payment('rejected')],
        [2 * hour, hint.change],
      ],
      commands: [[hour, resolve]],
      terms,
      until: day,
    });
    expect(played.order.status).toBe('captured');
    expect(escalationsOf(played)).toEqual([opened(15 * minute), resolved(hour)]);
    expect(played.order.escalation).toMatchObject({ state: 'resolved', reasons: ['contradiction'] });
  });
});

describe('what a person resolved and still holds', () => {
  const failed = approvedWith(capture('c1', 'rejected', 10_000));
  const cured = approvedWith(capture('c1', 'rejected', 10_000), capture('c2', 'approved', 10_000));

  test('is listed with who, when and why', () => {
    expect(resolvedAfterAnHour(failed, failed).order.escalation).toEqual({
      level: 1,
      reasons: ['capture_failed'],
      openedAt: iso(t0 + 15 * minute),
      state: 'resolved',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: null,
      resolved: { by: 'ada', at: iso(t0 + hour), reason: 'called the shopper' },
    });
  });

  test('ends with its cure, which nobody is told again', () => {
    const played = resolvedAfterAnHour(failed, cured);
    expect(played.order.escalation).toBeNull();
    expect(escalationsOf(played)).toEqual([opened(15 * minute), resolved(hour)]);
  });

  test('is not beside an open one, and is listed again once that has ended', () => {
    const world = [
      [0, failed],
      [2 * hour, { ...failed, flags: [{ code: 'on_hold' }] as const }],
      [3 * hour, failed],
    ] as const;
    const script = {
      world,
      hints: world.map(([at]) => [at, hint.change] as const),
      commands: [[hour, resolve]] as const,
      terms,
    };
    const during = play({ ...script, until: 2 * hour }).order.escalation;
    expect(during).toMatchObject({ state: 'open', level: 1, reasons: ['on_hold'] });
    expect(during).not.toHaveProperty('resolved');
    const after = play({ ...script, until: 3 * hour });
    expect(after.order.escalation).toMatchObject({
      state: 'resolved',
      reasons: ['capture_failed'],
      resolved: { by: 'ada' },
    });
    expect(escalationsOf(after)).toEqual([
      opened(15 * minute),
      resolved(hour),
      opened(2 * hour),
      resolved(3 * hour),
    ]);
  });

  test('does not keep the order from closing where no money is in flight (R13)', () => {
    const played = play({
      world: [[0, approvedWith(capture('c1'), refund('r1'), refund('r2'))]],
      hints: [[0, hint.odd]],
      commands: [[hour, resolve]],
      terms,
      until: 8 * day,
    });
    expect(played.closedAt).toBe(7 * day);
    expect(played.order.escalation).toMatchObject({ state: 'resolved', reasons: ['over_refunded'] });
  });

  test('cannot be acknowledged or snoozed, and says who resolved it', () => {
    const { state } = resolvedAfterAnHour(failed, failed);
    for (const command of [acknowledge, snooze, { ...resolve, by: 'bob' }])
      expect(refusalOf(state, command, t0 + 3 * hour)).toEqual({
        code: 'no_escalation',
        detail: 'the order has no open escalation: ada resolved it at 2026-01-05T10:00:00.000Z',
        isTooLate: true,
      });
    expect(refusalOf(state, reopen, t0 + 3 * hour)).toBeUndefined();
  });
});

describe('reopened', () => {
  const failed = approvedWith(capture('c1', 'rejected', 10_000));
  const reopened = (until: number, more: Partial<Script> = {}) =>
    resolvedAfterAnHour(failed, failed, {
      commands: [
        [hour, resolve],
        [3 * hour, reopen],
      ],
      until,
      ...more,
    });

  test('it is open, at level 1, and told, before any further read', () => {
    const played = reopened(3 * hour);
    expect(escalationsOf(played)).toEqual([opened(15 * minute), resolved(hour), opened(3 * hour)]);
    expect(played.reads.filter(({ at }) => at === 3 * hour)).toEqual([]);
    expect(played.order.escalation).toEqual({
      level: 1,
      reasons: ['capture_failed'],
      openedAt: iso(t0 + 3 * hour),
      state: 'open',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: iso(t0 + 5 * hour),
    });
    expect(played.state.timeline.entries.map(({ summary }) => summary)).toContain(
      'bob reopened the escalation: not over',
    );
  });

  test('its clock begins now', () => {
    expect(escalationsOf(reopened(4 * day)).slice(-3)).toEqual([
      opened(3 * hour),
      raised(5 * hour),
      raised(3 * hour + day),
    ]);
  });

  test('it can be resolved again, and ends with its cure', () => {
    const again = reopened(5 * hour, {
      commands: [
        [hour, resolve],
        [3 * hour, reopen],
        [4 * hour, { ...resolve, reason: 'once more' }],
      ],
    });
    expect(again.order.escalation).toMatchObject({ state: 'resolved', resolved: { reason: 'once more' } });
    expect(escalationsOf(again).at(-1)).toEqual(resolved(4 * hour));
  });

  test('not where nothing was resolved, nor a second time', () => {
    const codeOf = ({ state }: Played, command: Command) => refusalOf(state, command, t0 + day);
    const detail = 'the order has no escalation that was resolved and still holds';
    const ordinary = play({ world: [[0, says.placed]], hints: [[0, hint.odd]], until: hour });
    expect(codeOf(ordinary, reopen)).toEqual({ code: 'no_escalation', detail });
    const open = play({ world: [[0, says.pending]], hints: [[0, hint.odd]], until: hour });
    expect(codeOf(open, reopen)).toEqual({ code: 'no_escalation', detail });
    expect(codeOf(reopened(3 * hour), reopen)).toEqual({ code: 'no_escalation', detail });
    expect(codeOf(reopened(3 * hour), { ...reopen, by: 'eve' })).toEqual({
      code: 'no_escalation',
      detail: `${detail}: bob reopened it at 2026-01-05T12:00:00.000Z`,
      isTooLate: true,
    });
  });

  test('not by one who saw it before another person resolved it anew', () => {
    const { state } = resolvedAfterAnHour(failed, failed);
    const { openedAt } = state.escalation!;
    const seen = { openedAt, state: 'resolved', owner: null } as const;
    expect(refusalOf(state, { ...reopen, seen }, t0 + day)).toBeUndefined();
    expect(refusalOf(state, { ...reopen, seen: { ...seen, openedAt: 1 } }, t0 + day)).toMatchObject({
      code: 'escalation_changed',
    });
  });
});

describe('at once: level 1 with the read that shows it, later levels by the ladder (R2)', () => {
  const dollars = { ...authorization('a'), currency: 'USD' };
  const cases: readonly (readonly [Reason, readonly Reading[]])[] = [
    ['on_hold', [{ ...says.pending, flags: [{ code: 'on_hold', subject: 'a' }] }]],
    ['unknown_status', [reading({ presence: 'open', unknown: ['order_under_review'] })]],
    [
      'amount_mismatch',
      [reading({ outcome: 'approved', movements: [authorization('a', 'approved', 2_000)] })],
    ],
    ['amount_missing', [reading({ outcome: 'approved', movements: [unpriced(authorization('a'))] })]],
    ['currency_mismatch', [reading({ outcome: 'approved', ordered: sek(30_000), movements: [dollars] })]],
    ['word_mismatch', [{ ...says.partlyCaptured, captured: 'full' }]],
    ['unreadable_entry', [{ ...says.placed, unreadable: ['captures[1]'] }]],
    ['money_taken_back', [says.captured, approvedWith(capture('c1', 'cancelled'))]],
    ['chargeback', [{ ...says.captured, flags: [{ code: 'chargeback', subject: 'a' }] }]],
  ];

  test.each(cases)('%s', (reason, readings) => {
    const world = readings.map((one, index) => [2 * index * hour, one] as const);
    const [at] = world.at(-1)!;
    const told: (readonly [number, string, number])[] = [];
    const { reads, order } = play({
      world,
      hints: world.map(([time]) => [time, hint.change] as const),
      policy: {
        pending: { recheck: [365 * day], escalate: [15 * minute, 2 * hour, day] },
        abandonAfter: 9 * day,
      },
      terms,
      watch: ({ escalation, heldReasons }, now) => {
        const one = heldReasons.find(({ code }) => code === reason);
        if (one && escalation?.reasons.includes(reason))
          told.push([now, `${escalation.level}`, one.since - t0]);
      },
      until: at + 2 * hour,
    });
    // It escalates in the very step that shows it, whatever else holds beside it.
    expect(told[0]).toEqual([at, '1', at]);
    expect(order.escalation).toMatchObject({ level: 2 });
    expect(reads).toContainEqual({ at: at + 2 * hour, why: 'escalation', ok: true });
  });

  test('with a read that takes long it begins when the read began, so that the next rung asks once', () => {
    const { events, reads } = play({
      world: [[0, { ...says.placed, flags: [{ code: 'on_hold' }] }]],
      hints: [[0, hint.payment('approved')]],
      policy: { settled: { recheck: [365 * day] } },
      terms,
      latency: 5_000,
      until: 3 * hour,
    });
    expect(events.slice(1).map(({ type, at }) => [type, at - t0])).toEqual([
      opened(5_000),
      raised(2 * hour + 5_000),
    ]);
    expect(reads.map(({ at }) => at)).toEqual([0, 2 * hour]);
  });

  test('what a hook claims of a refund waits for the end of its re-reads first', () => {
    const played = play({
      world: [[0, says.captured]],
      hints: [
        [0, { ...hint.refund('r1'), proof: { movement: refund('r1', 'approved', 500), payments: ['c1'] } }],
      ],
      terms,
      until: 7 * minute,
    });
    const ladderEnd = 372_000;
    expect(escalationsOf(played)).toEqual([opened(ladderEnd)]);
    expect(played.order).toMatchObject({
      status: 'captured',
      amounts: { refunded: 0 },
      escalation: { level: 1, reasons: ['refund_claimed'] },
    });
  });

  test('words of anything else are a finding that asks nobody', () => {
    const played = play({
      world: [[0, { ...says.placed, unfamiliar: ['new_badge'] }]],
      hints: [[0, hint.odd]],
      terms,
      until: day,
    });
    expect(played.order).toMatchObject({ escalation: null, findings: [{ code: 'unknown_status' }] });
  });
});
