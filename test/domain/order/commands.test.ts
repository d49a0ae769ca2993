import { refusalOf, type Command, type DecisionCommand } from '../../../src/domain/order/commands.ts';
import { step } from '../../../src/domain/order/step.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../../src/domain/order/state.ts';
import {
  approvedWith,
  authorization,
  day,
  deposit,
  hint,
  hour,
  minute,
  orderAfter,
  play,
  says,
  sek,
  t0,
  terms,
  type Script,
} from '../support.ts';

const by = 'ada';
const reason = 'looking';
const recheck: Command = { type: 'recheck', by };
const acknowledge: DecisionCommand = { type: 'acknowledgeEscalation', by, reason };
const resolve: DecisionCommand = { type: 'resolveEscalation', by, reason };
const snooze: DecisionCommand = { type: 'snoozeEscalation', by, reason, until: t0 + day };
const register: Command = { type: 'register', terms };

const pendingFor = (until: number, more: Partial<Script> = {}) =>
  play({ world: [[0, says.pending]], hints: [[0, hint.payment('pending')]], until, ...more });
const fresh = () => openOrder({ identity: deposit, policy: defaultPolicy }, t0);
const codeOf = (state: OrderState, command: Command, now = hour) => refusalOf(state, command, t0 + now)?.code;

describe('refused is', () => {
  test.each([acknowledge, snooze, resolve])('$type where nothing is escalated', (command) => {
    expect(codeOf(fresh(), command)).toBe('no_escalation');
    expect(codeOf(pendingFor(minute).state, command)).toBe('no_escalation');
  });

  test.each([acknowledge, snooze])(
    '$type of what somebody else has, but not of what one has oneself',
    (command) => {
      const { state } = pendingFor(hour, { commands: [[hour, acknowledge]] });
      const { openedAt, owner } = state.escalation!;
      const seen = { openedAt, state: 'acknowledged', owner: owner! } as const;
      for (const bob of [{ by: 'bob' }, { by: 'bob', seen }])
        expect(refusalOf(state, { ...command, ...bob }, t0 + hour)).toEqual({
          code: 'already_acknowledged',
          detail: 'ada acknowledged it at 2026-01-05T10:00:00.000Z',
          isTooLate: true,
        });
      expect(codeOf(state, command)).toBeUndefined();
    },
  );

  test('to snooze until a time that has passed', () => {
    const { state } = pendingFor(hour);
    expect(codeOf(state, { ...snooze, until: t0 + hour })).toBe('snooze_in_past');
    expect(codeOf(state, { ...snooze, until: t0 + hour + 1 })).toBeUndefined();
  });

  test('to register with other terms; the same pass', () => {
    const { state } = pendingFor(minute, { terms });
    expect(codeOf(state, register)).toBeUndefined();
    expect(codeOf(state, { type: 'register', terms: { ...terms, expected: sek(1) } })).toBe('terms_conflict');
  });

  test('and says why in words', () => {
    const { state } = pendingFor(hour, { terms, commands: [[hour, acknowledge]] });
    const detailOf = (command: Command, known = state) => refusalOf(known, command, t0 + hour)?.detail;
    expect(detailOf(acknowledge, fresh())).toBe('the order has no open escalation');
    expect(detailOf({ ...acknowledge, by: 'bob' })).toBe('ada acknowledged it at 2026-01-05T10:00:00.000Z');
    expect(detailOf({ ...snooze, until: t0 })).toBe('until has passed already');
    expect(detailOf({ type: 'register', terms: { expected: sek(1) } })).toBe(
      'the order is registered with other terms',
    );
  });
});

describe('what another has decided meanwhile', () => {
  const bob = { by: 'bob', reason: 'mine' };
  const stuck = () => pendingFor(hour).state;
  const seenOf = ({ escalation }: OrderState) => ({
    openedAt: escalation!.openedAt,
    state: escalation!.state,
    owner: escalation!.owner ?? null,
  });

  test.each([acknowledge, snooze, resolve])('refuses $type by one who saw something else', (command) => {
    const seen = seenOf(stuck());
    expect(codeOf(stuck(), { ...command, seen })).toBeUndefined();
    const { state: taken } = pendingFor(hour, { commands: [[hour, { ...snooze, until: t0 + day }]] });
    expect(refusalOf(taken, { ...command, ...bob, seen }, t0 + hour)).toMatchObject({
      code: 'escalation_changed',
      detail: 'ada snoozed it at 2026-01-05T10:00:00.000Z',
      isTooLate: true,
    });
    expect(codeOf(taken, { ...command, ...bob, seen: seenOf(taken) })).toBeUndefined();
  });

  test('refuses an escalation that opened anew', () => {
    const seen = { ...seenOf(stuck()), openedAt: t0 };
    expect(refusalOf(stuck(), { ...resolve, seen }, t0 + hour)).toMatchObject({
      code: 'escalation_changed',
      detail: 'it was opened anew',
    });
  });

  test('says who has resolved it, to whoever comes too late', () => {
    const { state } = pendingFor(hour, { commands: [[hour, resolve]] });
    const late = refusalOf(state, { ...acknowledge, ...bob }, t0 + hour);
    expect(late).toEqual({
      code: 'no_escalation',
      detail: 'the order has no open escalation: ada resolved it at 2026-01-05T10:00:00.000Z',
      isTooLate: true,
    });
    expect(refusalOf(state, resolve, t0 + hour)?.isTooLate).toBeUndefined();
  });

  test('is in the timeline with whoever lost, and changes nothing else', () => {
    const { state } = pendingFor(hour, { commands: [[hour, acknowledge]] });
    const command = { ...acknowledge, ...bob };
    const refusal = refusalOf(state, command, t0 + hour)!;
    const { state: after, events } = step(state, { type: 'lateDecision', command, refusal }, t0 + hour);
    expect(after.timeline.entries.slice(-1)).toMatchObject([
      {
        kind: 'person',
        summary:
          'bob wanted to acknowledge the escalation, too late: ada acknowledged it at 2026-01-05T10:00:00.000Z',
      },
    ]);
    expect({ ...after, timeline: state.timeline }).toEqual(state);
    expect(events).toEqual([]);
  });
});

describe('never refused is', () => {
  test('to resolve what somebody else has, or to take on what somebody has snoozed', () => {
    const bob = { by: 'bob' };
    const { state: taken } = pendingFor(hour, { commands: [[hour, acknowledge]] });
    expect(codeOf(taken, { ...resolve, ...bob })).toBeUndefined();
    const { state: asleep } = pendingFor(hour, { commands: [[hour, snooze]] });
    for (const command of [acknowledge, snooze, resolve])
      expect(codeOf(asleep, { ...command, ...bob })).toBeUndefined();
  });

  test('a recheck, of whatever order', () => {
    for (const life of ['open', 'pending', 'captured', 'refunded'] as const)
      expect(codeOf(orderAfter([says[life]]).state, recheck)).toBeUndefined();
    expect(codeOf(fresh(), recheck)).toBeUndefined();
  });

  test('to register an order that a hook bore', () => {
    expect(codeOf(pendingFor(minute).state, register)).toBeUndefined();
  });

  test('to resolve a reason that asks for a person before its first rung', () => {
    const paidTwice = approvedWith(authorization('b'));
    const { state } = orderAfter([paidTwice], { terms: undefined });
    expect([state.escalation, codeOf(state, resolve)]).toEqual([undefined, undefined]);
    const { state: resolved } = orderAfter([paidTwice], {
      terms: undefined,
      commands: [
        [0, recheck],
        [minute, resolve],
      ],
      until: minute,
    });
    expect(codeOf(resolved, resolve)).toBe('no_escalation');
  });
});

test('a recheck reads at once, whatever the ladder says, and leaves that alone', () => {
  const { reads } = pendingFor(20 * minute, {
    commands: [
      [30_000, recheck],
      [30_000, recheck],
    ],
    latency: 10,
  });
  expect(reads.map(({ why }) => why)).toEqual(['hook', 'command', 'recheck', 'recheck', 'escalation']);
});

test('a recheck reads a final order too', () => {
  const { told } = play({
    world: [
      [0, says.rejected],
      [day, says.placed],
    ],
    hints: [[0, hint.payment('rejected')]],
    commands: [[day, recheck]],
    until: 2 * day,
  });
  expect(told).toEqual(['order.rejected', 'order.corrected']);
});

describe('registering', () => {
  test('an order that a hook bore adopts it: the terms stand, and are compared with what is known', () => {
    const played = play({
      world: [[0, says.placed]],
      hints: [[0, hint.payment('approved')]],
      commands: [[minute, { type: 'register', terms: { ...terms, expected: sek(29_900) } }]],
      until: 2 * minute,
    });
    expect(played.order).toMatchObject({
      reference: '1000123',
      amounts: { expected: 29_900, authorized: 30_000 },
      findings: [{ code: 'amount_mismatch', detail: 'expected 299.00 SEK, provider says 300.00 SEK' }],
    });
    // R2: another amount escalates with what shows it.
    expect(played.told).toEqual(['order.placed', 'escalation.opened']);
  });

  test('in another currency is a finding, and does not unsay what was captured', () => {
    const { ordered: _, ...bare } = says.captured;
    const euros = bare.movements.map((movement) => ({ ...movement, currency: 'EUR' }));
    const played = play({
      world: [[0, { ...bare, movements: euros }]],
      hints: [[0, hint.capture('c1')]],
      commands: [[minute, register]],
      until: 2 * minute,
    });
    expect(played.order.findings).toMatchObject([{ code: 'currency_mismatch' }]);
    expect(played.told).toEqual(['order.captured', 'escalation.opened']);
  });

  test('again with the same terms changes nothing', () => {
    const once = pendingFor(minute, { commands: [[1, register]] });
    const twice = pendingFor(minute, {
      commands: [
        [1, register],
        [2, register],
      ],
    });
    expect(twice.order).toEqual(once.order);
  });

  test('a session that was given up as unknown is looked for anew, and waited for', () => {
    const played = play({
      world: [[9 * minute, says.open]],
      hints: [[0, hint.session('opened')]],
      commands: [[9 * minute, register]],
      until: 23 * hour,
    });
    expect(played.reads).toContainEqual({ at: 9 * minute, why: 'command', ok: true });
    expect(played.order.status).toBe('created');
    expect(played.closedAt).toBeUndefined();
  });

  test('a session whose 404 is being looked into keeps it from being nobody’s', () => {
    const played = play({
      world: [],
      hints: [[0, hint.session('opened')]],
      commands: [[minute, register]],
      until: 3 * hour,
    });
    expect(played.order).toMatchObject({ status: 'created', escalation: { reasons: ['unverified'] } });
    expect(played.told).toEqual(['escalation.opened', 'escalation.raised']);
  });
});

test('the hash of each body is kept by its key, over a close too, and not without end', () => {
  const commands = Array.from({ length: 70 }, (_, index) => [index, recheck] as const);
  const { state } = play({ world: [[0, says.refunded]], commands, until: 9 * day });
  expect(state.answeredCommands).toHaveLength(64);
  expect(state.answeredCommands.at(-1)).toEqual({ key: 'recheck:69', hash: '69' });
});
