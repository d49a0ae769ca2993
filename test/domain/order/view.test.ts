import fc from 'fast-check';
import { findingCodes } from '../../../src/domain/money/findings.ts';
import type { HeldReason } from '../../../src/domain/escalation/ladder.ts';
import { reasons, type Reason } from '../../../src/domain/escalation/reasons.ts';
import type { OrderState } from '../../../src/domain/order/state.ts';
import { step } from '../../../src/domain/order/step.ts';
import { needsAttention, viewOf } from '../../../src/domain/order/view.ts';
import {
  approvedWith,
  authorization,
  capture,
  day,
  deposit,
  hint,
  hour,
  minute,
  orderAfter,
  play,
  refund,
  says,
  sek,
  t0,
  terms,
} from '../support.ts';

const bytes = (state: OrderState) => Buffer.byteLength(JSON.stringify(viewOf(state)));

test('is the object of the contract', () => {
  const { order } = play({
    world: [[0, { ...says.pending, method: 'invoice', reference: '9' }]],
    hints: [[0, hint.payment('pending')]],
    terms,
    until: 16 * minute,
  });
  expect(order).toEqual({
    id: 'acme-se:61c16f84',
    account: 'acme-se',
    provider: 'briqpay',
    kind: 'deposit',
    reference: '1000123',
    status: 'pending',
    amounts: {
      currency: 'SEK',
      expected: 30_000,
      authorized: 0,
      captured: 0,
      capturePending: 0,
      refunded: 0,
      refundPending: 0,
      cancelled: 0,
    },
    method: 'invoice',
    verified: { at: '2026-01-05T09:15:00.000Z', attempts: 1 },
    unverifiedSince: null,
    findings: [
      {
        code: 'reference_mismatch',
        at: '2026-01-05T09:00:00.000Z',
        detail: 'registered 1000123, provider says 9',
      },
    ],
    escalation: {
      level: 1,
      reasons: ['pending'],
      openedAt: '2026-01-05T09:15:00.000Z',
      state: 'open',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: '2026-01-05T11:00:00.000Z',
    },
    sequence: 2,
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:15:00.000Z',
  });
});

test('an unknown is absent, and none of its fields is undefined', () => {
  const { order } = orderAfter(['timeout'], { terms: undefined });
  expect(order.amounts).toEqual({});
  for (const field of ['reference', 'method', 'verified']) expect(order).not.toHaveProperty(field);
  expect(JSON.parse(JSON.stringify(order))).toStrictEqual(order);
});

test('the reference of a read stands until one is registered', () => {
  const told = { ...says.placed, reference: '9' };
  expect(orderAfter([told], { terms: undefined }).order.reference).toBe('9');
  expect(orderAfter([told], { terms: { expected: sek(30_000) } }).order.reference).toBe('9');
  expect(orderAfter([told]).order.reference).toBe('1000123');
});

test('the method is the one that was paid with, else the registered one', () => {
  const registered = { ...terms, method: 'invoice' };
  expect(orderAfter([says.pending], { terms: registered }).order.method).toBe('invoice');
  expect(orderAfter([{ ...says.placed, method: 'card' }], { terms: registered }).order.method).toBe('card');
});

test('what a read took counts the attempts that failed before it', () => {
  const played = orderAfter(['timeout', 'unavailable', says.placed]);
  expect(played.order.verified).toEqual({ at: '2026-01-05T09:02:00.000Z', attempts: 3 });
});

test('a read that tells nothing new is no update', () => {
  const once = orderAfter([says.placed]);
  const later = orderAfter([says.placed, says.placed, says.placed]);
  expect(later.order.updatedAt).toBe(once.order.updatedAt);
  expect(later.order.verified?.at).toBe('2026-01-05T09:02:00.000Z');
});

describe('an order is updated by', () => {
  const at = (ms: number) => new Date(t0 + ms).toISOString();
  const recheck = { type: 'recheck', by: 'ada' } as const;
  const placed = { world: [[0, says.placed]], hints: [[0, hint.payment('approved')]] } as const;

  test('facts that change no status', () => {
    const pending = approvedWith(capture('c1', 'pending', 100));
    expect(orderAfter([says.placed, pending]).order.updatedAt).toBe(at(minute));
  });

  test('an event that was held back until reads agree', () => {
    const flips = [says.placed, says.rejected, says.placed];
    expect(orderAfter([...flips, says.placed]).order.updatedAt).toBe(at(3 * minute));
  });

  test('a finding', () => {
    const { order } = play({ ...placed, hints: [[0, hint.payment('cancelled')]], until: 10 * minute });
    expect(order.updatedAt).toBe(at(372_000));
  });

  test('its terms', () => {
    const commands = [[minute, { type: 'register', terms }]] as const;
    expect(play({ ...placed, commands, until: 2 * minute }).order.updatedAt).toBe(at(minute));
  });

  test('a read that fails, the first of them', () => {
    expect(orderAfter([says.placed, 'timeout', 'timeout']).order.updatedAt).toBe(at(minute));
  });

  test('what a person does about its escalation, and not by a recheck', () => {
    const pending = {
      world: [[0, says.pending]],
      hints: [[0, hint.payment('pending')]],
      until: hour,
    } as const;
    const opened = at(15 * minute);
    expect(play({ ...pending, commands: [[hour, recheck]] }).order.updatedAt).toBe(opened);
    const acknowledge = { type: 'acknowledgeEscalation', by: 'ada', reason: 'mine' } as const;
    expect(play({ ...pending, commands: [[hour, acknowledge]] }).order.updatedAt).toBe(at(hour));
  });
});

describe('size', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom('\u0001'.repeat(400), '\ud800'.repeat(400), '"'.repeat(400), '😀'.repeat(200)),
  );

  test('a control character in words of others is a space', () => {
    const { order } = orderAfter([{ ...says.placed, method: 'a\u0001b\u0085c' }]);
    expect(order.method).toBe('a b c');
  });

  test('2,048 bytes are not too many, one more takes the oldest finding', () => {
    const { state } = orderAfter([says.placed]);
    const filled = (more: number) => {
      const findings = ['on_hold', 'corrected'].map((code) => ({
        code: code as 'on_hold',
        at: t0,
        detail: '',
      }));
      const empty = bytes({ ...state, findings });
      return {
        ...state,
        findings: [findings[0]!, { ...findings[1]!, detail: 'x'.repeat(2048 - empty + more) }],
      };
    };
    expect([bytes(filled(0)), viewOf(filled(0)).findings.length]).toEqual([2048, 2]);
    expect(viewOf(filled(1)).findings.map(({ code }) => code)).toEqual(['corrected']);
  });

  test('reference and method of a read are cut to 128 and 40 bytes', () => {
    fc.assert(
      fc.property(hostile, hostile, (reference, method) => {
        const { order } = orderAfter([{ ...says.placed, reference, method }], { terms: undefined });
        expect(Buffer.byteLength(order.reference!)).toBeLessThanOrEqual(128);
        expect(Buffer.byteLength(order.method!)).toBeLessThanOrEqual(40);
      }),
      { numRuns: 100 },
    );
  });

  test('with every finding there is, the longest id and hostile words, it has 2 KiB at most', () => {
    const identity = { ...deposit, account: 'a'.repeat(40), id: `${'a'.repeat(40)}:${'x'.repeat(159)}` };
    fc.assert(
      fc.property(hostile, hostile, hostile, (reference, method, detail) => {
        const told = { ...says.captured, reference, method };
        const { state } = orderAfter([told], { identity, terms: undefined });
        const findings = findingCodes.map((code) => ({ code, at: t0, detail: detail.slice(0, 20) }));
        const full = { ...state, findings };
        expect(bytes(full)).toBeLessThanOrEqual(2048);
        // The newest are the last to go.
        const kept = viewOf(full).findings.map(({ code }) => code);
        expect(kept).toEqual(kept.length > 0 ? findingCodes.slice(-kept.length) : []);
      }),
      { numRuns: 200 },
    );
  });

  test('an owner with a long name is cut to 64 bytes', () => {
    const { order } = play({
      world: [[0, says.pending]],
      terms,
      commands: [[hour, { type: 'acknowledgeEscalation', by: 'å'.repeat(2_000), reason: '' }]],
      until: hour,
    });
    expect(Buffer.byteLength(order.escalation!.owner!)).toBeLessThanOrEqual(64);
  });

  test('a currency of a read that is no code at all is not repeated at length', () => {
    const told = { ...says.captured, ordered: { amount: 1, currency: 'X'.repeat(3_000) } };
    expect(bytes(orderAfter([told], { terms: undefined }).state)).toBeLessThanOrEqual(2048);
  });

  test('control characters in all words at once, and an order that many reasons escalate, fit 2 KiB', () => {
    const word = '\u0001';
    const identity = { ...deposit, account: 'a'.repeat(40), id: `${'a'.repeat(40)}:${'x'.repeat(159)}` };
    const { state } = play({
      world: [
        [0, { ...says.captured, reference: word.repeat(128), method: word.repeat(40), movements: broken }],
        [minute, 'unavailable'],
      ],
      identity,
      hints: [[0, hint.odd]],
      policy: { requireRegistration: true },
      commands: [
        [minute, { type: 'recheck', by: 'ada' }],
        [hour, { type: 'snoozeEscalation', by: word.repeat(64), reason: '', until: t0 + day }],
      ],
      until: hour,
    });
    expect(bytes(state)).toBeLessThanOrEqual(2048);
  });

  test('what a person resolved and how, in hostile words, fits too', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (by, reason, reference) => {
        const identity = { ...deposit, account: 'a'.repeat(40), id: `${'a'.repeat(40)}:${'x'.repeat(159)}` };
        const told = { ...says.captured, reference, method: reference, movements: broken, unknown: ['odd'] };
        const { state, order } = play({
          world: [[0, { ...told, flags: [{ code: 'on_hold' }, { code: 'chargeback' }] }]],
          identity,
          hints: [[0, hint.odd]],
          commands: [
            [hour, { type: 'snoozeEscalation', by, reason, until: t0 + day }],
            [hour + 1, { type: 'resolveEscalation', by, reason }],
          ],
          until: hour + 1,
        });
        expect(bytes(state)).toBeLessThanOrEqual(2048);
        expect(order.escalation?.resolved).toMatchObject({ at: new Date(t0 + hour + 1).toISOString() });
      }),
      { numRuns: 50 },
    );
  });

  test('an order of every day keeps all its findings', () => {
    const { state, order } = orderAfter([
      { ...says.placed, flags: [{ code: 'on_hold' }] as const, reference: '9', unknown: ['odd'] },
      says.rejected,
      says.placed,
    ]);
    expect(order.findings).toHaveLength(state.findings.length);
    expect(order.findings.map(({ code }) => code).toSorted()).toEqual([
      'corrected',
      'flapping',
      'on_hold',
      'reference_mismatch',
      'unknown_status',
    ]);
  });
});

describe('attention', () => {
  test.each([{ flags: [{ code: 'on_hold' }] as const }, { unknown: ['odd'] }])(
    'what %p tells needs a person until one has resolved',
    (word) => {
      const told = { ...says.placed, ...word };
      expect(needsAttention(orderAfter([told]).state)).toBe(true);
      const resolve = { type: 'resolveEscalation', by: 'ada', reason: 'seen' } as const;
      const { state } = play({
        world: [[0, told]],
        hints: [[0, hint.odd]],
        commands: [[hour, resolve]],
        terms,
        until: day,
      });
      expect(needsAttention(state)).toBe(false);
      expect(state.escalation?.state).toBe('resolved');
    },
  );

  // R2 and law 8: what needs a person escalates; a finding that nobody need see is none of them.
  const alarming: readonly Reason[] = [
    'amount_mismatch',
    'amount_missing',
    'chargeback',
    'currency_mismatch',
    'double_payment',
    'money_taken_back',
    'on_hold',
    'refund_claimed',
    'unknown_status',
    'unreadable_entry',
    'word_mismatch',
  ];
  test.each(reasons)('%s does before its first rung only where a person is asked at once', (code) => {
    const { state } = orderAfter([says.placed]);
    const begun = { code, subject: '', since: t0 };
    const withReason = (reason: HeldReason) => needsAttention({ ...state, heldReasons: [reason] });
    expect(withReason(begun)).toBe(alarming.includes(code));
    expect(withReason({ ...begun, resolved: { by: 'ada', reason: 'seen', at: t0 } })).toBe(false);
    expect(withReason({ ...begun, since: t0 + 1 })).toBe(false);
  });

  test.each(findingCodes)('a finding of %s alone, whose reason has ended, asks nobody', (code) => {
    const { state } = orderAfter([says.placed]);
    expect(needsAttention({ ...state, findings: [{ code, at: t0, detail: '' }] })).toBe(false);
  });

  test('a double payment that comes again, of which everything is known, asks at once again', () => {
    const { state } = orderAfter([says.placed]);
    const told = (before: OrderState, ids: readonly string[], at: number) =>
      step(before, { type: 'paidTwice', ids }, t0 + at).state;
    const ended = told(told(state, ['b'], hour), [], 2 * hour);
    expect(needsAttention(ended)).toBe(false);
    expect(needsAttention(told(ended, ['b'], 3 * hour))).toBe(true);
  });

  test('an open escalation does, ordinary orders do not', () => {
    expect(needsAttention(play({ world: [[0, says.pending]], terms, until: hour }).state)).toBe(true);
    for (const life of ['open', 'pending', 'placed', 'captured', 'refunded', 'cancelled'] as const)
      expect(needsAttention(orderAfter([says[life]]).state)).toBe(false);
  });
});

/** Money that does not fit in any way. */
const broken = [
  authorization('1'),
  authorization('2'),
  capture('1', 'approved', Number.MAX_SAFE_INTEGER),
  capture('2', 'rejected'),
  refund('1', 'approved', Number.MAX_SAFE_INTEGER - 1),
  refund('2', 'rejected'),
];
