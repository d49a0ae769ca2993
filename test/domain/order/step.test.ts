import { agendaOf } from '../../../src/domain/order/agenda.ts';
import { step } from '../../../src/domain/order/step.ts';
import type { ReadFailure } from '../../../src/domain/money/payment.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import { openOrder } from '../../../src/domain/order/state.ts';
import { viewOf } from '../../../src/domain/order/view.ts';
import {
  approvedWith,
  capture,
  day,
  deposit,
  dispositionsOf,
  findingsOf,
  hint,
  hintOf,
  hour,
  minute,
  orderAfter,
  payout,
  play,
  refund,
  resultOf,
  says,
  second,
  t0,
  terms,
  throughJson,
  type Answer,
  type Script,
} from '../support.ts';

const iso = (at: number) => new Date(t0 + at).toISOString();
const recheck = { type: 'recheck', by: 'test' } as const;

describe('reading', () => {
  test('an order that nobody registered and no hook named waits for one', () => {
    const state = openOrder({ identity: deposit, policy: defaultPolicy }, t0);
    expect(agendaOf(state, t0)).toMatchObject({ do: 'wait' });
  });

  test('a registered order is asked about along the pending ladder, from a minute on', () => {
    const { reads } = play({ world: [[0, says.open]], terms, until: 30 * minute });
    expect(reads.map(({ at, why }) => [at, why])).toEqual([
      [minute, 'recheck'],
      [6 * minute, 'recheck'],
      [21 * minute, 'recheck'],
    ]);
  });

  test('a hook is read at once, not at the next rung', () => {
    const { reads } = play({
      world: [[0, says.pending]],
      hints: [[3 * hour, hint.payment('approved')]],
      terms,
      until: 3 * hour,
    });
    expect(reads.at(-1)).toMatchObject({ at: 3 * hour, why: 'hook' });
  });

  test('hooks that come while a read is under way bring one more, however many they are', () => {
    const { reads, order } = play({
      world: [
        [0, says.placed],
        [200, says.captured],
      ],
      hints: [
        [0, hint.payment('approved')],
        [300, hint.capture('c1')],
        [400, hint.odd],
        [500, hint.session('completed')],
      ],
      latency: 1_000,
      until: minute,
    });
    expect(reads.map(({ at }) => at)).toEqual([0, 1_000]);
    expect(order.status).toBe('captured');
  });

  test('one that the read under way confirms needs no other', () => {
    const { reads } = play({
      world: [[0, says.captured]],
      hints: [
        [0, hint.payment('approved')],
        [300, hint.capture('c1')],
      ],
      latency: 1_000,
      until: minute,
    });
    expect(reads).toHaveLength(1);
  });

  test('a capture that is told before the approval ends the same', () => {
    const hints = [
      [0, hint.capture('c1')],
      [second, hint.payment('approved')],
      [2 * second, hint.payment('pending')],
    ] as const;
    const inOrder = hints.toReversed().map(([, told], index) => [index * second, told] as const);
    const [one, other] = [hints, inOrder].map((told) =>
      play({ world: [[0, says.captured]], hints: told, terms, until: minute / 2 }),
    );
    expect(one!.order).toEqual(other!.order);
    expect(one!.told).toEqual(['order.captured']);
  });

  test('two refunds of one amount are two, one that is told twice is one', () => {
    const { order, told } = play({
      world: [
        [0, approvedWith(capture('c1'), refund('r1', 'approved', 100))],
        [minute, approvedWith(capture('c1'), refund('r1', 'approved', 100), refund('r2', 'approved', 100))],
      ],
      hints: [
        [0, hint.refund('r1')],
        [second, hint.refund('r1')],
        [minute, hint.refund('r2')],
        [2 * minute, hint.refund('r1')],
        [2 * minute, hint.refund('r2')],
      ],
      until: 10 * minute,
    });
    expect(order.amounts.refunded).toBe(200);
    expect(told).toEqual(['order.partially_refunded', 'order.partially_refunded']);
  });

  test('a lost hook after pending is found by the next recheck', () => {
    const { events } = play({
      world: [
        [0, says.placed],
        [2 * hour, says.captured],
      ],
      hints: [[0, hint.payment('approved')]],
      until: 2 * day,
    });
    expect(events.map(({ type, at }) => [type, at - t0])).toEqual([
      ['order.placed', 0],
      ['order.captured', hour + day],
    ]);
  });
});

describe('a read that fails', () => {
  const failures: readonly ReadFailure[] = [
    'unknown_session',
    'foreign_session',
    'malformed',
    'credentials',
    'rate_limited',
    'timeout',
    'unavailable',
    'refused',
  ];

  test.each(failures)('%s: what is known stays, and since when it is unverified is said', (failure) => {
    const { order, told } = play({
      world: [
        [0, says.captured],
        [minute, failure],
      ],
      hints: [
        [0, hint.capture('c1')],
        [minute, hint.refund('r1')],
      ],
      terms,
      until: 2 * minute,
    });
    expect(order).toMatchObject({
      status: 'captured',
      amounts: { captured: 30_000, refunded: 0 },
      verified: { at: iso(0) },
      unverifiedSince: iso(minute),
    });
    expect(told).toEqual(['order.captured']);
    expect(findingsOf({ order })).toEqual(failure === 'foreign_session' ? ['foreign_session'] : []);
  });

  test('is tried again by the pending ladder, and a success begins that anew', () => {
    const { reads, order } = play({
      world: [
        [0, 'timeout'],
        [10 * minute, says.placed],
        [90 * minute, 'timeout'],
      ],
      hints: [[0, hint.payment('approved')]],
      terms,
      commands: [[90 * minute, recheck]],
      until: 92 * minute,
    });
    expect(reads.map(({ at, why }) => [at / minute, why])).toEqual([
      [0, 'hook'],
      [1, 'retry'],
      [6, 'retry'],
      [15, 'escalation'],
      [75, 'recheck'],
      [90, 'command'],
      [91, 'retry'],
    ]);
    expect(order.verified).toEqual({ at: iso(75 * minute), attempts: 1 });
  });

  test.each<[string, Partial<Script>]>([
    ['hooks', { hints: [0, 20, 40, 50, 55].map((at) => [at * second, hint.capture(`c${at}`)]) }],
    ['a recheck', { hints: [[0, hint.capture('c')]], commands: [[30 * second, recheck]] }],
  ])('for %s while a retry is planned puts that off by nothing, and counts', (_, asked) => {
    const patient = { pending: { recheck: [minute, 5 * hour, 3 * day], escalate: [30 * day] } } as const;
    const world = [
      [0, 'timeout'],
      [2 * minute, says.placed],
    ] as const;
    const { reads, order } = play({
      world,
      terms,
      policy: patient,
      until: 6 * hour,
      isCarriedOver: true,
      ...asked,
    });
    const failed = reads.filter(({ ok }) => !ok).length;
    expect(failed).toBeGreaterThan(2);
    expect(reads.slice(failed - 1, failed + 1)).toEqual([
      { at: minute, why: 'retry', ok: false },
      { at: minute + 5 * hour, why: 'retry', ok: true },
    ]);
    expect(order.verified).toEqual({ at: iso(minute + 5 * hour + 372 * second), attempts: 1 });
    const { state } = play({ world, terms, policy: patient, until: minute, ...asked });
    const answer = { type: 'readEnded', result: resultOf(says.placed), why: 'retry' } as const;
    expect(step(state, answer, t0 + hour).state.verified?.attempts).toBe(failed + 1);
  });

  test('any number of them, in whatever order: retries keep to the ladder, and what is asked for is read once', () => {
    const hints = Array.from(
      { length: 300 },
      (_, index) => [index * 7 * second, hint.capture(`c${index}`)] as const,
    );
    const { reads } = play({ world: [[0, 'timeout']], hints, terms, until: 2 * hour });
    expect(reads.filter(({ why }) => why === 'retry').map(({ at }) => at / minute)).toEqual([1, 6, 21, 81]);
    expect(reads.filter(({ why }) => why === 'hook').length).toBeLessThanOrEqual(300);
    expect(reads.length).toBeLessThanOrEqual(300 + 4 + 2);
  });

  test('once, among others that succeed, does not lengthen their ladder', () => {
    const { reads } = play({
      world: [
        [0, says.pending],
        [minute, 'timeout'],
        [2 * minute, says.pending],
      ],
      hints: [[0, hint.payment('pending')]],
      until: 8 * minute,
    });
    expect(reads.map(({ at, why }) => [at / minute, why])).toEqual([
      [0, 'hook'],
      [1, 'recheck'],
      [2, 'retry'],
      [3, 'recheck'],
      [8, 'recheck'],
    ]);
  });

  test('is told in the timeline with why it was made and how often it was tried', () => {
    const opened = openOrder({ identity: deposit, policy: defaultPolicy, terms }, t0);
    const after = (attempts: number, answer: Answer) => {
      const result = { ...resultOf(answer), attempts };
      return step(opened, { type: 'readEnded', result, why: 'recheck' }, t0).state.timeline.entries[1]
        ?.summary;
    };
    expect(after(1, 'timeout')).toBe('read (recheck) failed: timeout');
    expect(after(3, 'timeout')).toBe('read (recheck, attempt 3) failed: timeout');
    expect(after(1, says.placed)).toBe('read (recheck): placed');
    expect(after(2, says.placed)).toBe('read (recheck, attempt 2): placed');
  });

  test('a hook or a recheck reads at once all the same', () => {
    const { reads } = play({
      world: [[0, 'unavailable']],
      terms,
      hints: [[2 * hour + minute, hint.payment('approved')]],
      commands: [[2 * hour + 2 * minute, recheck]],
      until: 2 * hour + 2 * minute,
    });
    expect(reads.slice(-2)).toEqual([
      { at: 2 * hour + minute, why: 'hook', ok: false },
      { at: 2 * hour + 2 * minute, why: 'command', ok: false },
    ]);
  });

  test('escalates as unverified; the first success clears it and ends the escalation', () => {
    const { told, order } = play({
      world: [
        [0, 'unavailable'],
        [hour, says.placed],
      ],
      hints: [[0, hint.payment('approved')]],
      terms,
      commands: [[hour, recheck]],
      until: 2 * hour,
    });
    expect(told).toEqual(['escalation.opened', 'order.placed', 'escalation.resolved']);
    expect(order).toMatchObject({ unverifiedSince: null, escalation: null });
  });

  test('a hook that no read covers yet makes an order unverified', () => {
    const { state } = orderAfter([says.placed]);
    const heard = step(state, { type: 'hint', hint: hint.capture('c1') }, t0 + hour).state;
    expect(viewOf(heard).unverifiedSince).toBe(iso(hour));
  });

  test('one that came while a read was under way, which does not confirm it, is not covered by that', () => {
    const asking = step(orderAfter([says.placed]).state, { type: 'readStarted' }, t0 + hour).state;
    const heard = step(asking, { type: 'hint', hint: hint.capture('c1') }, t0 + hour + second).state;
    const answer = { type: 'readEnded', result: resultOf(says.placed), why: 'recheck' } as const;
    const { state } = step(heard, answer, t0 + hour + 2 * second);
    expect(viewOf(state)).toMatchObject({
      verified: { at: iso(hour + 2 * second) },
      unverifiedSince: iso(hour + second),
    });
    expect(agendaOf(state, t0 + hour + 2 * second)).toEqual({ do: 'read', why: 'hook' });
  });

  test('what a successful read has covered is not unverified from before that read', () => {
    const { order } = play({
      world: [
        [0, says.placed],
        [2 * minute, 'unavailable'],
      ],
      hints: [[0, hint.capture('c1')]],
      until: 7 * minute,
    });
    expect(order.verified?.at).toBe(iso(72 * second));
    expect(Date.parse(order.unverifiedSince!)).toBeGreaterThan(Date.parse(order.verified!.at));
  });

  test('keeps an order from closing', () => {
    const { closedAt } = play({
      world: [
        [0, says.refunded],
        [7 * day, 'unavailable'],
        [9 * day, says.refunded],
      ],
      hints: [[0, hint.refund('r1')]],
      until: 30 * day,
    });
    expect(closedAt).toBeGreaterThanOrEqual(9 * day);
    expect(closedAt).toBeLessThan(9 * day + 4 * hour);
  });
});

describe('a session that the provider does not know', () => {
  const unknown = { world: [], hints: [[0, hint.payment('approved')]], until: 30 * day } as const;

  test('unregistered: is looked for along the re-read ladder, then ends quietly', () => {
    const played = play(unknown);
    expect(played.reads.map(({ at }) => at / second)).toEqual([0, 2, 12, 72, 372]);
    expect(played.order).toMatchObject({
      status: 'expired',
      amounts: {},
      findings: [{ code: 'foreign_session' }],
      escalation: null,
      unverifiedSince: null,
      sequence: 0,
    });
    expect(played.told).toEqual([]);
    expect(played.closedAt).toBe(10 * minute);
  });

  test('and says so', () => {
    expect(play(unknown).order.findings).toMatchObject([
      { code: 'foreign_session', detail: 'the provider does not know this session' },
    ]);
  });

  test('that is registered after all is waited for: that is no correction', () => {
    const played = play({
      ...unknown,
      commands: [[9 * minute, { type: 'register', terms }]],
      until: 9 * minute,
    });
    expect(played.order.status).toBe('created');
    expect(findingsOf(played)).toEqual(['foreign_session']);
    expect(played.told).toEqual([]);
  });

  test('more hooks for it keep it open until 10 minutes after the last', () => {
    const hints = [0, 9, 18].map(
      (at) => [at * minute, hintOf({ of: 'payment', status: 'approved' }, `${at}`)] as const,
    );
    const played = play({ ...unknown, hints });
    expect(played.closedAt).toBe(28 * minute);
    expect(dispositionsOf(played)).toEqual(['unmatched', 'unmatched', 'unmatched']);
  });

  test('nor is it told where an account is impatient: the ladder ends by itself', () => {
    const pending = { recheck: [minute], escalate: [5 * second] } as const;
    const played = play({ ...unknown, policy: { pending } });
    expect(played.told).toEqual([]);
    expect(played.closedAt).toBe(10 * minute);
  });

  test('nor does an account that requires registration hear of it', () => {
    expect(play({ ...unknown, policy: { requireRegistration: true } }).told).toEqual([]);
  });

  test('it turns up while it is looked for: an order like any other', () => {
    const played = play({ ...unknown, world: [[minute, says.placed]], until: day });
    expect(played.order).toMatchObject({ status: 'placed', findings: [], unverifiedSince: null });
    expect(played.told).toEqual(['order.placed']);
  });

  test('it turns up later, with another hook: the provider wins', () => {
    const first = play(unknown);
    const again = play({
      world: [[0, says.placed]],
      carry: throughJson(first.state),
      from: day,
      hints: [[day, hint.payment('approved')]],
      until: 2 * day,
    });
    expect(again.order.status).toBe('placed');
    expect(again.told).toHaveLength(1);
  });

  test('registered: is unverified and escalates, and does not expire by it', () => {
    const played = play({ ...unknown, terms, until: 45 * day });
    expect(played.order).toMatchObject({
      status: 'created',
      unverifiedSince: iso(0),
      findings: [],
      escalation: { level: 3, reasons: ['unverified'] },
    });
    expect(played.told).toEqual(['escalation.opened', 'escalation.raised', 'escalation.raised']);
  });

  test('known before, registered or not: a 404 is no cancel, and no foreign session', () => {
    for (const registered of [terms, undefined]) {
      const played = play({
        world: [
          [0, says.placed],
          [minute, 'unknown_session'],
        ],
        hints: [
          [0, hint.payment('approved')],
          [minute, hint.payment('cancelled')],
        ],
        terms: registered,
        until: hour,
      });
      expect(played.order).toMatchObject({
        status: 'placed',
        findings: [],
        escalation: { reasons: ['unverified'] },
      });
    }
  });

  test('an outage in between is no answer: the ladder goes on when it is over', () => {
    const played = play({
      ...unknown,
      world: [
        [0, 'unknown_session'],
        [second, 'timeout'],
        [10 * minute, 'unknown_session'],
      ],
    });
    expect(played.order).toMatchObject({ status: 'expired', findings: [{ code: 'foreign_session' }] });
    expect(played.told.filter((type) => type.startsWith('order'))).toEqual([]);
    expect(played.closedAt).toBeDefined();
  });
});

describe('a session that is never completed', () => {
  test.each(['absent', 'open'] as const)('%s: is asked about once more after 24 h, then expires', (life) => {
    const played = play({ world: [[0, says[life]]], terms, until: 2 * day });
    // Once more a day after its end (R10).
    expect(played.reads.slice(-2)).toEqual([
      { at: day, why: 'expiry', ok: true },
      { at: 2 * day, why: 'recheck', ok: true },
    ]);
    expect(played.events).toEqual([{ type: 'order.expired', sequence: 1, at: t0 + day }]);
    expect(played.order).toMatchObject({ status: 'expired', findings: [], escalation: null });
  });

  test('absent, and the hook says that the shopper left: expires after a grace hour, with one more read', () => {
    const left = {
      world: [[0, says.absent]],
      hints: [[10 * minute, hint.session('closed')]],
      until: 2 * day,
    } as const;
    const { events, reads, order } = play({ ...left, terms });
    expect(events).toEqual([{ type: 'order.expired', sequence: 1, at: t0 + 70 * minute }]);
    expect(reads.map(({ at, why }) => [at, why])).toContainEqual([70 * minute, 'expiry']);
    expect(order).toMatchObject({ status: 'expired', findings: [], escalation: null });
  });

  test('a forged close does not expire a session that the provider says is open', () => {
    const { told, order } = play({
      world: [[0, says.open]],
      hints: [[10 * minute, hint.session('closed')]],
      terms,
      until: 20 * hour,
    });
    expect(told).toEqual([]);
    expect(order.status).toBe('created');
  });

  test('left, and back in another session: waits on', () => {
    const { told } = play({
      world: [[0, says.absent]],
      hints: [
        [0, hint.session('closed')],
        [30 * minute, hint.session('opened')],
      ],
      terms,
      until: 23 * hour,
    });
    expect(told).toEqual([]);
  });

  test.each([
    ['something that nobody understands', hint.odd],
    ['that the payment is done, which it is not', hint.session('completed')],
    ['of a capture that is not there', hint.capture('c1')],
  ])('left, and another hook comes that tells %s: it expires all the same', (_, other) => {
    const { events } = play({
      world: [[0, says.absent]],
      hints: [
        [0, hint.session('closed')],
        [minute, other],
      ],
      terms,
      policy: { reread: [second] },
      until: 2 * hour,
    });
    const told = events.filter(({ type }) => type.startsWith('order'));
    expect(told.map(({ type, at }) => [type, at - t0])).toEqual([['order.expired', hour]]);
  });

  test('given up is only what has no outcome, and no word in which there may be one', () => {
    const factsAfter = (told: Answer) =>
      play({
        world: [[0, told]],
        hints: [[0, hint.odd]],
        commands: [[2 * day, recheck]],
        terms,
        until: 2 * day,
      }).state.facts;
    expect(factsAfter(says.open)).toMatchObject({ lapsed: true });
    expect(factsAfter(says.placed)).not.toHaveProperty('lapsed');
    expect(factsAfter({ ...says.open, unknown: ['odd'] })).not.toHaveProperty('lapsed');
  });

  test('left, after having paid, or paid within the hour: the payment is what counts', () => {
    const paidAt = (at: number) =>
      play({
        world: [
          [0, says.absent],
          [at, { ...says.captured, presence: 'open' }],
        ],
        hints: [
          [10 * minute, hint.session('closed')],
          [Math.max(at, 11 * minute), hint.payment('approved')],
        ],
        terms,
        until: day,
      });
    for (const at of [5 * minute, 40 * minute]) {
      expect(paidAt(at).told).toEqual(['order.captured']);
      expect(paidAt(at).order.findings).toEqual([]);
    }
  });

  test('paid at the last moment, it does not expire', () => {
    const { told } = play({
      world: [
        [0, says.open],
        [day, says.placed],
      ],
      terms,
      until: 2 * day,
    });
    expect(told).toEqual(['order.placed']);
  });

  test('paid afterwards, the provider wins, with a correction', () => {
    const { told, order } = play({
      world: [
        [0, says.open],
        [3 * day, says.placed],
      ],
      hints: [[3 * day, hint.payment('approved')]],
      terms,
      until: 4 * day,
    });
    expect(told).toEqual(['order.expired', 'order.corrected']);
    expect(order).toMatchObject({ status: 'placed', findings: [{ code: 'corrected' }] });
  });

  test('while the provider cannot be asked it does not expire, then it does', () => {
    const played = play({
      world: [
        [0, says.open],
        [23 * hour, 'unavailable'],
        [2 * day, says.open],
      ],
      terms,
      until: 3 * day,
    });
    const expired = played.events.find(({ type }) => type === 'order.expired');
    expect(expired?.at).toBeGreaterThanOrEqual(t0 + 2 * day);
    expect(played.order).toMatchObject({ status: 'expired', escalation: null });
  });

  test('an order whose provider uses an unknown word is not told as expired', () => {
    const held = { presence: 'closed', movements: [], unknown: ['approved_on_hold'] } as const;
    const closed = play({ world: [[0, held]], hints: [[0, hint.odd]], terms, until: hour });
    const open = play({ world: [[0, { ...held, presence: 'open' }]], terms, until: 2 * day });
    const orderEvents = [...closed.told, ...open.told].filter((type) => type.startsWith('order'));
    expect(orderEvents).toEqual([]);
    expect(open.order.escalation).toMatchObject({ reasons: ['unknown_status'] });
  });

  test('pending by then, it waits on', () => {
    const { order } = play({
      world: [
        [0, says.open],
        [23 * hour, says.pending],
      ],
      terms,
      until: 30 * day,
    });
    expect(order.status).toBe('pending');
  });
});

describe('closing', () => {
  test.each([
    ['refunded', 7 * day],
    ['rejected', 7 * day],
    ['cancelled', 7 * day],
    ['closed', 7 * day],
    ['captured', 180 * day],
    ['partlyRefunded', 180 * day],
  ] as const)('%s: after %i ms, with one last read', (life, after) => {
    const { closedAt, reads } = play({
      world: [[0, says[life]]],
      hints: [[0, hint.odd]],
      terms,
      until: 400 * day,
    });
    expect(closedAt).toBe(after);
    expect(reads.at(-1)).toEqual({ at: after, why: 'closing', ok: true });
  });

  test('a payout after seven days', () => {
    const { closedAt } = play({
      world: [[0, says.placed]],
      hints: [[0, hint.odd]],
      identity: payout,
      until: 30 * day,
    });
    expect(closedAt).toBe(7 * day);
  });

  test('pending: never by itself', () => {
    const { closedAt } = play({
      world: [[0, says.pending]],
      hints: [[0, hint.odd]],
      terms,
      until: 400 * day,
    });
    expect(closedAt).toBeUndefined();
  });

  test.each([
    ['placed', 38 * day, 'expired'],
    ['partlyCaptured', 211 * day, 'captured'],
  ] as const)('%s: not before its rest has lapsed', (life, after, status) => {
    const played = play({ world: [[0, says[life]]], hints: [[0, hint.odd]], terms, until: 400 * day });
    expect(played.closedAt).toBe(after);
    expect(played.order.status).toBe(status);
  });

  test('not until ten minutes after the last hook, copies as well', () => {
    const hints = [0, 7 * day - minute, 7 * day + 5 * minute].map((at) => [at, hint.refund('r1')] as const);
    const { closedAt } = play({ world: [[0, says.refunded]], hints, until: 30 * day });
    expect(closedAt).toBe(7 * day + 15 * minute);
  });

  test('what the last read finds keeps it open', () => {
    const { closedAt, order } = play({
      world: [
        [0, says.captured],
        [180 * day, says.partlyRefunded],
      ],
      hints: [[0, hint.capture('c1')]],
      until: 300 * day,
    });
    expect(closedAt).toBeUndefined();
    expect(order.status).toBe('partially_refunded');
  });

  test('an order that only an escalation kept open is read once more before it closes', () => {
    const played = play({
      world: [[0, says.rejected]],
      hints: [
        [0, hint.payment('rejected')],
        [7 * day - hour, hint.payment('approved')],
      ],
      commands: [[40 * day, { type: 'resolveEscalation', by: 'ada', reason: 'forged' }]],
      until: 41 * day,
    });
    expect(played.closedAt).toBeGreaterThanOrEqual(40 * day);
    expect(played.closedAt! - played.reads.at(-1)!.at).toBeLessThanOrEqual(10 * minute);
  });

  test('not with an open escalation', () => {
    const twice = approvedWith(capture('c1'), refund('r1'), refund('r2'));
    const { closedAt } = play({ world: [[0, twice]], hints: [[0, hint.odd]], until: 400 * day });
    expect(closedAt).toBeUndefined();
  });

  test('not after a read that failed, although a person has resolved that', () => {
    const { closedAt } = play({
      world: [
        [0, says.refunded],
        [7 * day, 'unavailable'],
        [9 * day, says.refunded],
      ],
      hints: [[0, hint.refund('r1')]],
      commands: [[8 * day, { type: 'resolveEscalation', by: 'ada', reason: 'they are down' }]],
      until: 30 * day,
    });
    expect(closedAt).toBeGreaterThanOrEqual(9 * day);
  });

  test('the account sets the times', () => {
    const policy = { closeAfter: hour, refundWindow: 2 * hour };
    const closesAt = (life: 'captured' | 'refunded') =>
      play({ world: [[0, says[life]]], hints: [[0, hint.odd]], policy, until: day }).closedAt;
    expect([closesAt('refunded'), closesAt('captured')]).toEqual([hour, 2 * hour]);
  });

  test('a hook after the close opens the order where it was, which reads and closes again', () => {
    const first = play({
      world: [[0, says.refunded]],
      hints: [[0, hint.refund('r1')]],
      terms,
      until: 30 * day,
    });
    const again = play({
      world: [[0, says.refunded]],
      carry: throughJson(first.state),
      from: 60 * day,
      hints: [[60 * day, hint.payment('approved')]],
      until: 90 * day,
    });
    expect(again.closedAt).toBe(60 * day + 10 * minute);
    expect(again.reads).toHaveLength(1);
    expect(again.told).toEqual([]);
    const { verified: _, ...before } = first.order;
    expect(again.order).toMatchObject(before);
  });

  test('news after the close moves the order on, and the sequence with it', () => {
    const first = play({ world: [[0, says.captured]], hints: [[0, hint.capture('c1')]], until: 200 * day });
    const from = 300 * day;
    const again = play({
      world: [[0, says.partlyRefunded]],
      carry: throughJson(first.state),
      from,
      hints: [[from, hint.refund('r1')]],
      until: from + day,
    });
    expect(first.closedAt).toBe(180 * day);
    expect(again.events).toEqual([
      { type: 'order.partially_refunded', sequence: first.order.sequence + 1, at: t0 + from },
    ]);
    expect(again.order.createdAt).toBe(first.order.createdAt);
  });
});

describe('money that comes apart from the terms', () => {
  test('is recorded, found and escalated, and the order goes on', () => {
    const { order } = play({
      world: [[0, approvedWith(capture('c1', 'approved', 40_000), refund('r1', 'approved', 50_000))]],
      hints: [[0, hint.odd]],
      terms,
      until: hour,
    });
    expect(order).toMatchObject({
      status: 'refunded',
      amounts: { authorized: 30_000, captured: 40_000, refunded: 50_000 },
      findings: [{ code: 'over_captured' }, { code: 'over_refunded' }],
      escalation: { reasons: ['over_captured', 'over_refunded'] },
    });
  });
});

test('no step changes the state that it was given, or tells the time by itself', () => {
  const state = openOrder({ identity: deposit, policy: defaultPolicy, terms }, t0);
  const answer = { type: 'readEnded', result: resultOf(says.placed), why: 'recheck' } as const;
  const before = JSON.stringify(state);
  const [one, other] = [1, 2].map(() => step(state, answer, t0 + hour));
  expect(JSON.stringify(state)).toBe(before);
  expect(one).toEqual(other);
});
