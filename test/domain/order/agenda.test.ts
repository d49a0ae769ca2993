import {
  abandonTime,
  agendaOf,
  closingTime,
  isUnknownToProvider,
  readReasons,
  readsAtOnce,
} from '../../../src/domain/order/agenda.ts';
import type { HeldReasons } from '../../../src/domain/escalation/ladder.ts';
import type { Reason } from '../../../src/domain/escalation/reasons.ts';
import { defaultPolicy, type Policy } from '../../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../../src/domain/order/state.ts';
import { day, deposit, hint, hour, minute, orderAfter, says, t0, terms } from '../support.ts';

/** A placed order without anything to wait for but what is put on top. */
function placed(more: Partial<OrderState> = {}, policy: Partial<Policy> = {}): OrderState {
  const { state } = orderAfter([says.placed]);
  const { recheckAt: _, ...rest } = state;
  // The rest of an authorization that lapses has a moment of its own.
  const idle = { ...rest, facts: { ...rest.facts, movements: {} } };
  return { ...idle, heldReasons: [], policy: { ...defaultPolicy, ...policy }, ...more };
}

function held(code: Reason, since: number): HeldReasons {
  return [{ code, subject: '', since }];
}

const waiting = { ...hint.capture('c1'), receivedAt: t0, rung: 0 };

describe('what is next', () => {
  test.each<[string, () => OrderState, object]>([
    [
      'a recheck that somebody asked for',
      () => placed({ isReadWanted: true }),
      { do: 'read', why: 'command' },
    ],
    ['a hook that no read covers', () => placed({ hints: [waiting] }), { do: 'read', why: 'hook' }],
    [
      'another read for what a hook claims',
      () => placed({ hints: [{ ...waiting, hasReadBegun: true, rereadAt: t0 }] }),
      { do: 'read', why: 'reread' },
    ],
    ['a recheck', () => placed({ recheckAt: t0 }), { do: 'read', why: 'recheck' }],
    ['another try', () => placed({ recheckAt: t0, failures: 1 }), { do: 'read', why: 'retry' }],
    [
      'the question before an escalation',
      () => placed({ heldReasons: held('contradiction', t0 - hour), lastReadAt: t0 - hour }),
      { do: 'read', why: 'escalation' },
    ],
  ])('%s', (_, state, next) => {
    expect(agendaOf(state(), t0)).toEqual(next);
  });

  test.each<[string, () => OrderState, string]>([
    ['a recheck', () => placed({ recheckAt: t0 + 1 }), 'recheck'],
    ['another try', () => placed({ recheckAt: t0 + 1, failures: 1 }), 'another try to read'],
    [
      'a hint',
      () => placed({ hints: [{ ...waiting, hasReadBegun: true, rereadAt: t0 + 1 }] }),
      'another read for what a hook claims',
    ],
    [
      'an escalation',
      () => placed({ heldReasons: held('contradiction', t0 + 1 - 15 * minute) }),
      'next escalation',
    ],
  ])('a wait says what it is for: %s', (_, state, why) => {
    expect(agendaOf(state(), t0)).toEqual({ do: 'wait', until: t0 + 1, why });
  });

  test('giving up and closing say so too', () => {
    const absent = openOrder({ identity: deposit, policy: defaultPolicy }, t0);
    expect(agendaOf(absent, t0)).toEqual({ do: 'wait', until: t0 + day, why: 'giving up' });
    const { state: ended } = orderAfter([says.rejected]);
    // R10: a final order is read once more a day after its end.
    expect(agendaOf(ended, t0)).toEqual({ do: 'wait', until: t0 + day, why: 'recheck' });
    const { recheckAt: _, ...state } = ended;
    expect(agendaOf(state, t0)).toEqual({ do: 'wait', until: t0 + 7 * day, why: 'close' });
    expect(agendaOf(state, t0 + 7 * day)).toEqual({ do: 'read', why: 'closing' });
  });

  test('with nothing to come by itself it waits for a hook', () => {
    expect(agendaOf(placed(), t0)).toEqual({ do: 'wait', why: 'for a hook' });
  });

  test('the earliest comes first; of two at one time, what was asked for, then what was told, then what is due', () => {
    const due = { recheckAt: t0, hints: [waiting] };
    expect(agendaOf(placed({ ...due, isReadWanted: true }), t0)).toEqual({ do: 'read', why: 'command' });
    expect(agendaOf(placed(due), t0)).toEqual({ do: 'read', why: 'hook' });
    const contradicted = {
      heldReasons: held('contradiction', t0 - 15 * minute),
      lastReadAt: t0 - minute,
    };
    expect(agendaOf(placed({ ...contradicted, recheckAt: t0 }), t0)).toEqual({ do: 'read', why: 'recheck' });
    expect(agendaOf(placed({ ...contradicted, recheckAt: t0 + 1 }), t0)).toEqual({
      do: 'read',
      why: 'escalation',
    });
  });

  test('of several hints the earliest look counts, and none while reads fail: then the retry does', () => {
    const looks = [9, 5, 7].map((at) => ({ ...waiting, hasReadBegun: true as const, rereadAt: t0 + at }));
    expect(agendaOf(placed({ hints: looks }), t0)).toMatchObject({ until: t0 + 5 });
    expect(agendaOf(placed({ hints: looks, failures: 1, recheckAt: t0 + 60 }), t0)).toMatchObject({
      until: t0 + 60,
      why: 'another try to read',
    });
  });

  test('why a read was made is told in words', () => {
    expect(readReasons).toEqual({
      command: 'asked to recheck',
      hook: 'a hook came',
      reread: 'a hook claims more than the last read',
      retry: 'the last read failed',
      recheck: 'recheck',
      escalation: 'before escalating',
      expiry: 'before expiring',
      closing: 'before closing',
    });
  });
});

describe('the next read is tried at once', () => {
  const hints = (count: number) => Array.from({ length: count }, () => waiting);

  test('while reads succeed and hooks come one by one', () => {
    expect(readsAtOnce(placed())).toBe(true);
    expect(readsAtOnce(placed({ hints: hints(8) }))).toBe(true);
  });

  test('not after one that failed, and not in a flood', () => {
    expect(readsAtOnce(placed({ failures: 1 }))).toBe(false);
    expect(readsAtOnce(placed({ hints: hints(9) }))).toBe(false);
  });
});

describe('a session that nobody completes is given up', () => {
  const fresh = () => openOrder({ identity: deposit, policy: defaultPolicy, terms }, t0);
  const left = () => ({ ...fresh(), sessionClosedAt: t0 + 10 });
  const seen = (presence: 'absent' | 'open'): OrderState => ({
    ...left(),
    facts: { presence, movements: {} },
  });

  test('after the time that the account allows', () => {
    expect(abandonTime(fresh())).toBe(t0 + day);
    expect(abandonTime({ ...fresh(), waitingSince: t0 + 5 })).toBe(t0 + day + 5);
  });

  test('an hour after a hook said that it was closed, where the provider has nothing to read', () => {
    expect(abandonTime(left())).toBe(t0 + 10 + hour);
    expect(abandonTime(seen('absent'))).toBe(t0 + 10 + hour);
    expect(abandonTime(seen('open'))).toBe(t0 + day);
  });

  test('never later for that', () => {
    expect(abandonTime({ ...left(), sessionClosedAt: t0 + 2 * day })).toBe(t0 + day);
  });
});

describe('a run may end', () => {
  const rejected = (): OrderState => {
    // R10: as after the read a day after its end.
    const { recheckAt: _, ...checked } = orderAfter([says.rejected]).state;
    return checked;
  };

  test.each<[string, OrderState['status'], number | undefined]>([
    ['a final order after a while', 'rejected', 7 * day],
    ['a captured one after the refund window', 'captured', 180 * day],
    ['a partly refunded one too', 'partially_refunded', 180 * day],
    ['not one that is placed', 'placed', undefined],
    ['nor partly captured', 'partially_captured', undefined],
    ['nor pending', 'pending', undefined],
    ['nor created', 'created', undefined],
  ])('%s', (_, status, after) => {
    const at = closingTime({ ...rejected(), status });
    expect(at).toBe(after === undefined ? undefined : t0 + after);
  });

  test('ten minutes after its last hook at the earliest', () => {
    const lastHintAt = t0 + 7 * day - minute;
    expect(closingTime({ ...rejected(), lastHintAt })).toBe(lastHintAt + 10 * minute);
  });

  test.each<[string, Partial<OrderState>]>([
    ['an escalation', { escalation: { level: 1, reasons: ['pending'], openedAt: t0, state: 'open' } }],
    ['a reason to escalate', { heldReasons: held('over_captured', t0) }],
    ['a hint', { hints: [waiting] }],
    ['a read that failed', { failures: 1 }],
  ])('not while there is %s', (_, open) => {
    expect(closingTime({ ...rejected(), ...open })).toBeUndefined();
  });

  test('a reason that a person has resolved keeps nothing open', () => {
    const [over] = held('over_captured', t0);
    const heldReasons = [{ ...over!, resolved: { by: 'ada', reason: 'seen', at: t0 } }];
    const escalation = { level: 1, reasons: ['over_captured'], openedAt: t0, state: 'resolved' } as const;
    expect(closingTime({ ...rejected(), heldReasons, escalation })).toBe(t0 + 7 * day);
  });

  test('after one last look, unless one was just taken', () => {
    const due = t0 + 7 * day;
    const asked = (ago: number) => agendaOf({ ...rejected(), lastReadAt: due - ago }, due);
    expect(asked(10 * minute)).toEqual({ do: 'close' });
    expect(asked(10 * minute + 1)).toEqual({ do: 'read', why: 'closing' });
    expect(agendaOf({ ...rejected(), lastReadAt: due }, due + day)).toEqual({ do: 'read', why: 'closing' });
  });

  test("at once where it is nobody's: unregistered, and never known to the provider", () => {
    const lapsed: OrderState = {
      ...rejected(),
      status: 'expired',
      facts: { presence: 'unseen', movements: {}, lapsed: true },
    };
    const { terms: _, ...unregistered } = lapsed;
    expect([isUnknownToProvider(unregistered), closingTime(unregistered)]).toEqual([true, t0]);
    expect([isUnknownToProvider(lapsed), closingTime(lapsed)]).toEqual([false, t0 + 7 * day]);
    const known: OrderState = { ...unregistered, facts: { ...lapsed.facts, presence: 'open' } };
    expect(isUnknownToProvider(known)).toBe(false);
    const { lapsed: __, ...unseen } = lapsed.facts;
    expect(isUnknownToProvider({ ...unregistered, facts: unseen })).toBe(false);
  });
});
