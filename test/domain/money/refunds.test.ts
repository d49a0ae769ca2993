import fc from 'fast-check';
import { amountsOf } from '../../../src/domain/money/amounts.ts';
import { countRefund, type Counting, type Proof } from '../../../src/domain/money/refunds.ts';
import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Facts, Movement, Reading } from '../../../src/domain/money/payment.ts';
import type { OrderState } from '../../../src/domain/order/state.ts';
import {
  authorization,
  capture,
  day,
  dispositionsOf,
  factsFrom,
  findingsOf,
  hint,
  hour,
  minute,
  play,
  reading,
  refund,
  says,
  t0,
  terms,
  total,
  type At,
  type Script,
} from '../support.ts';

/** A deposit that BridgerPay approved: no session to read, and no refund will ever show in it. */
const paid: Reading = {
  presence: 'open',
  movements: [
    { ...authorization('charge'), group: 'group' },
    { ...capture('charge'), group: 'group', isWhole: true },
  ],
};

/** The same deposit, of whose refunds the provider's word says this. */
const worded = (refunded: 'partial' | 'full', more: Partial<Movement> = {}): Reading => ({
  ...paid,
  movements: [
    { ...authorization('charge'), group: 'group' },
    { ...capture('charge'), group: 'group', isWhole: true, refunded, ...more },
  ],
});

// An account that believes notifications which name a proven payment and fit.
const trusting = { refunds: 'count' } as const;

function proofOf(id: string, amount: number, payments: readonly string[], currency = 'SEK'): Proof {
  return { movement: refund(id, 'approved', amount, currency), payments };
}

function notified(proof: Proof): Hint {
  return { ...hint.refund(proof.movement.id), proof };
}

const part = (id: string, amount: number, ...payments: readonly string[]) =>
  notified(proofOf(id, amount, payments.length > 0 ? payments : ['charge']));
const whole = (id: string, amount = total) => notified({ ...proofOf(id, amount, ['charge']), isWhole: true });

/** The facts with a told refund, if an account that believes notifications counts it. */
function counted(facts: Facts, proof: Proof, more: Counting = {}): Facts {
  return countRefund(facts, proof, t0, { isTrusting: true, ...more });
}

/** The paid deposit of an account that believes notifications, and refunds that are notified from an hour on. */
function deposited(hints: readonly At<Hint>[], more: Partial<Script> = {}) {
  return play({
    world: [[0, paid]],
    hints: [[0, hint.payment('approved')], ...hints.map(([at, told]) => [hour + at, told] as const)],
    terms,
    policy: trusting,
    until: 2 * hour,
    ...more,
  });
}

describe('a refund that is only notified, where the account believes it,', () => {
  test('counts at once when it is about a payment that a read has proven', () => {
    const { order, told, reads, state } = deposited([[0, part('r1', 10_000)]]);
    expect(order).toMatchObject({
      status: 'partially_refunded',
      amounts: { captured: total, refunded: 10_000 },
      findings: [],
    });
    expect(told).toEqual(['order.captured', 'order.partially_refunded']);
    expect(reads.map(({ at, why }) => [at, why])).toContainEqual([hour, 'hook']);
    expect(state.facts.movements['refund:r1']).toMatchObject({ evidence: 'notification' });
  });

  test('by the id of the transaction, or that of its group', () => {
    for (const payment of ['charge', 'group'])
      expect(deposited([[0, part('r1', 10_000, 'something else', payment)]]).order.amounts.refunded).toBe(
        10_000,
      );
  });

  test('is what the next reads, which know nothing of it, leave alone', () => {
    const { order } = deposited([[0, part('r1', 10_000)]], { until: 30 * day });
    expect(order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 10_000 } });
  });

  test('twice of one amount is two, a copy is one and costs no read', () => {
    const played = deposited([
      [0, part('r1', 10_000)],
      [minute, part('r1', 10_000)],
      [2 * minute, part('r2', 10_000)],
    ]);
    expect(played.order.amounts.refunded).toBe(20_000);
    expect(played.reads.filter(({ why }) => why === 'hook')).toHaveLength(3);
    expect(dispositionsOf(played)).toEqual(['applied', 'applied', 'duplicate', 'applied']);
  });

  test('parts that sum to the whole are refunded', () => {
    const { order } = deposited([
      [0, part('r1', 10_000)],
      [minute, part('r2', 20_000)],
    ]);
    expect(order).toMatchObject({ status: 'refunded', amounts: { refunded: total } });
  });

  test.each([
    ['after parts, whatever amount it names', [part('r1', 10_000), whole('r2', 20_000)]],
    ['before the parts that it went in', [whole('r2', 20_000), part('r1', 10_000)]],
  ])('of the whole is the whole: %s', (_, told) => {
    const { order } = deposited(told.map((one, index) => [index * minute, one] as const));
    expect(order).toMatchObject({ status: 'refunded', amounts: { captured: total, refunded: total } });
    expect(order.findings).toEqual([]);
  });

  test('before the hook of the payment itself ends the same', () => {
    const played = play({
      world: [[0, paid]],
      hints: [
        [0, part('r1', 10_000)],
        [minute, hint.payment('approved')],
      ],
      terms,
      policy: trusting,
      until: hour,
    });
    expect(played.order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 10_000 } });
  });

  test('while the provider cannot be read counts for nothing yet', () => {
    const played = deposited([[0, part('r1', 10_000)]], {
      world: [
        [0, paid],
        [hour, 'timeout'],
        [hour + 5 * minute, paid],
      ],
    });
    expect(played.order.amounts.refunded).toBe(10_000);
    const before = deposited([[0, part('r1', 10_000)]], {
      world: [
        [0, paid],
        [hour, 'timeout'],
      ],
      until: hour + 5 * minute,
    });
    expect(before.order).toMatchObject({ status: 'captured', amounts: { refunded: 0 } });
  });
});

describe('counts for nothing, and is a claim that a person hears of,', () => {
  test.each<[string, Hint]>([
    ['about another payment', part('r1', 10_000, 'forged')],
    ['about none', notified(proofOf('r1', 10_000, []))],
    ['in another currency', notified(proofOf('r1', 10_000, ['charge'], 'EUR'))],
    ['of more than was captured', part('r1', total + 1)],
    [
      'without an amount',
      notified({ movement: { kind: 'refund', id: 'r1', status: 'approved' }, payments: ['charge'] }),
    ],
  ])('one %s', (_, told) => {
    const played = deposited([[0, told]]);
    expect(played.order).toMatchObject({ status: 'captured', amounts: { captured: total, refunded: 0 } });
    expect(played.told.filter((type) => type.startsWith('order'))).toEqual(['order.captured']);
    expect(findingsOf(played)).toEqual(['refund_claimed']);
    expect(dispositionsOf(played)).toEqual(['applied', 'contradicted']);
    expect(played.order.escalation).toMatchObject({ level: 1, reasons: ['refund_claimed'] });
  });

  test('one of a part that would pass what is left', () => {
    const played = deposited([
      [0, part('r1', 20_000)],
      [minute, part('r2', 10_001)],
    ]);
    expect(played.order.amounts.refunded).toBe(20_000);
    expect(findingsOf(played)).toEqual(['refund_claimed']);
  });

  test.each([
    ['rejected', { ...says.rejected, movements: [authorization('charge', 'rejected')] }],
    ['pending', { ...says.pending, movements: [authorization('charge', 'pending')] }],
    ['only authorized', { ...says.placed, movements: [authorization('charge')] }],
  ] as const)('one about a payment that is %s', (_, told) => {
    const played = deposited([[0, part('r1', 10_000)]], { world: [[0, told]] });
    expect(played.order.amounts.refunded).toBe(0);
    expect(findingsOf(played)).toContain('refund_claimed');
  });

  test('as does a claim of a refund without any proof', () => {
    expect(deposited([[0, hint.refund('r1')]]).order).toMatchObject({
      status: 'captured',
      findings: [{ code: 'contradiction' }],
    });
  });
});

describe('in a flood, while the provider cannot be read, a notified refund', () => {
  const claims = Array.from({ length: 200 }, (_, index): At<Hint> => [1, hint.capture(`forged-${index}`)]);
  const refunds = Array.from({ length: 200 }, (_, index): At<Hint> => [1, part(`f${index}`, 1, 'guessed')]);
  const away = {
    world: [
      [0, paid],
      [hour, 'timeout'],
      [hour + 5 * minute, paid],
    ],
  } as const;
  const genuine = part('r1', 10_000);

  test.each<[string, readonly At<Hint>[]]>([
    ['after claims that reads can tell of', [...claims, [2, genuine]]],
    ['before them', [[0, genuine], ...claims]],
    ['after refunds of a payment that nobody has read', [...refunds, [2, genuine]]],
    ['before them', [[0, genuine], ...refunds]],
    ['among all of them', [...claims, ...refunds, [2, genuine], ...claims, ...refunds]],
  ])('%s is kept, and counted by the next read', (_, flood) => {
    let most = 0;
    const watch = ({ hints }: OrderState) => (most = Math.max(most, hints.length));
    const played = deposited(flood, { ...away, watch });
    expect(played.order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 10_000 } });
    expect(most).toBe(64);
  });

  test('takes the place of the last claim of the flood, which is ignored; each hook has one line', () => {
    const { state } = deposited([...claims.slice(0, 64), [2, genuine]], {
      ...away,
      until: hour + minute / 2,
    });
    const lines = state.timeline.entries.filter(({ kind }) => kind === 'hook').slice(1);
    expect(lines.map(({ disposition }) => disposition)).toEqual([
      ...Array.from({ length: 63 }, () => undefined),
      'ignored',
      undefined,
    ]);
    expect(state.hints.map(({ id }) => id).slice(-2)).toEqual([hint.capture('forged-62').id, genuine.id]);
  });

  test('of a payment that no read has shown stays where it came first', () => {
    const { state } = deposited([[0, part('early', 1, 'later')], ...refunds], { ...away, until: hour + 10 });
    expect(state.hints).toHaveLength(64);
    expect(state.hints[0]?.claim).toMatchObject({ id: 'early' });
  });
});

describe('a refund that is notified before the payment can be read', () => {
  const late = (after: number, hints: readonly At<Hint>[], more: Partial<Script> = {}) =>
    play({
      world: [
        [0, { presence: 'absent', movements: [] }],
        [after, paid],
      ],
      hints,
      terms,
      policy: trusting,
      until: after + 2 * hour,
      ...more,
    });

  test('is counted by the first read that shows it, however long that takes; nobody is needed any more', () => {
    const played = late(hour, [[0, part('r1', 10_000)]], { isCarriedOver: true });
    expect(played.order).toMatchObject({
      status: 'partially_refunded',
      amounts: { refunded: 10_000 },
      escalation: null,
    });
    expect(played.told).toEqual(['escalation.opened', 'order.partially_refunded', 'escalation.resolved']);
    expect(played.state.disputes).toEqual([]);
    expect(dispositionsOf(played)).toEqual(['contradicted']);
  });

  test('once, also when it is notified again', () => {
    const again = [0, 30 * minute, 3 * hour].map((at) => [at, part('r1', 10_000)] as const);
    expect(late(hour, again, { until: 4 * hour }).order.amounts.refunded).toBe(10_000);
  });

  test('is not pushed out by claims, nor by refunds of other payments, that nothing confirms', () => {
    const claims = Array.from({ length: 200 }, (_, index): At<Hint> => [
      10 * minute + index * (minute / 2),
      index % 2 ? hint.capture(`forged-${index}`) : part(`f${index}`, 1, 'guessed'),
    ]);
    let most = 0;
    const watch = ({ disputes }: OrderState) => (most = Math.max(most, disputes.length));
    const played = late(3 * hour, [[0, part('r1', 10_000)], ...claims], { watch, until: day });
    expect(played.order.amounts.refunded).toBe(10_000);
    expect(most).toBeLessThanOrEqual(8 + 64);
  });

  test('a flood of them is not kept without end', () => {
    const flood = Array.from({ length: 130 }, (_, index): At<Hint> => [
      index < 65 ? 0 : 10 * minute,
      part(`f${index}`, 1, 'guessed'),
    ]);
    const { state } = late(hour, flood, { until: 30 * minute });
    expect(state.disputes.map(({ claim }) => 'id' in claim && claim.id)).toEqual(
      Array.from({ length: 64 }, (_, index) => `f${index}`),
    );
  });

  test('is counted when more of it was captured', () => {
    const some = {
      ...paid,
      movements: [
        authorization('charge'),
        { ...capture('charge', 'approved', 5_000), isWhole: true as const },
      ],
    };
    const all = paid;
    const played = deposited([[0, part('r1', 10_000)]], {
      world: [
        [0, some],
        [2 * hour, all],
      ],
      until: 2 * day,
    });
    expect(played.order.amounts).toMatchObject({ captured: total, refunded: 10_000 });
  });
});

describe('of refunds that change no sum', () => {
  const idle = Array.from({ length: 130 }, (_, index) => proofOf(`z${index}`, 0, ['charge']));
  const kept = (known: Facts) =>
    Object.keys(idle.reduce((facts, proof) => counted(facts, proof, { terms }), known).movements).length -
    Object.keys(known.movements).length;

  test('an order holds a hundred', () => {
    expect(kept(factsFrom(paid))).toBe(100);
    expect(kept(counted(factsFrom(paid), proofOf('all', total, ['charge'])))).toBe(99);
  });

  test('those that reads tell of do not count', () => {
    const read = Array.from({ length: 120 }, (_, index) => refund(`r${index}`, 'approved', 1));
    expect(kept(factsFrom({ ...paid, movements: [...paid.movements, ...read] }))).toBe(100);
  });

  test('one more is left unconfirmed, and a person hears of it', () => {
    const hints = idle.slice(0, 101).map((proof, index) => [index * minute, notified(proof)] as const);
    const played = deposited(hints, { until: day });
    expect(dispositionsOf(played).slice(-2)).toEqual(['applied', 'contradicted']);
    expect(played.order.escalation).toMatchObject({ reasons: ['refund_claimed'] });
  });
});

test('a part counts also where the terms are in another currency, within what was captured in its own', () => {
  const norwegian = { expected: { amount: total, currency: 'NOK' } };
  const played = deposited([[0, part('r1', 10_000)]], {
    world: [
      [0, paid],
      [30 * minute, worded('partial')],
    ],
    terms: norwegian,
    policy: {},
  });
  expect(played.order.status).toBe('partially_refunded');
  expect(findingsOf(played)).toEqual(['currency_mismatch']);
  expect(dispositionsOf(played)).toEqual(['applied', 'applied']);
  const known = factsFrom(paid);
  const isAdmitted = (proof: Proof) => counted(known, proof, { terms: norwegian }) !== known;
  expect(isAdmitted(proofOf('r2', total, ['charge']))).toBe(true);
  expect(isAdmitted(proofOf('r2', total + 1, ['charge']))).toBe(false);
  expect(isAdmitted(proofOf('r2', 1, ['charge'], 'EUR'))).toBe(false);
});

describe('what is notified is admitted', () => {
  const refunded = (known: Facts, proof: Proof) => amountsOf(counted(known, proof)).refunded;

  test('where it names no currency: its money is that of the payment', () => {
    const { currency: _, ...movement } = refund('r1', 'approved', 10_000);
    expect(refunded(factsFrom(paid), { movement, payments: ['charge'] })).toBe(10_000);
  });

  test('not before it is known how much was captured', () => {
    const { ordered: _, ...bare } = reading({
      outcome: 'approved',
      captured: 'full',
      movements: [authorization('charge')],
    });
    const known = factsFrom(bare);
    expect(counted(known, proofOf('r1', 10_000, ['charge']))).toBe(known);
    expect(counted(known, { ...proofOf('r1', 10_000, ['charge']), isWhole: true })).toBe(known);
  });

  test('about a capture that succeeded, and about nothing else', () => {
    const known = factsFrom(
      reading({
        movements: [authorization('declined', 'rejected'), authorization('charge'), capture('charge')],
      }),
    );
    const about = (payment: string) => refunded(known, proofOf('r1', 10_000, [payment]));
    expect([about('charge'), about('declined'), about('other')]).toEqual([10_000, 0, 0]);
  });

  test('without an amount as all of the payment, where it says so and nothing went back before', () => {
    const all: Proof = {
      movement: { kind: 'refund', id: 'r1', status: 'approved' },
      isWhole: true,
      payments: ['charge'],
    };
    expect(refunded(factsFrom(paid), all)).toBe(total);
    expect(refunded(counted(factsFrom(paid), proofOf('r0', 1, ['charge'])), all)).toBe(1);
  });
});

test('admitting is idempotent and leaves the facts alone where there is nothing to admit', () => {
  const facts = factsFrom(paid);
  const once = counted(facts, proofOf('r1', 10_000, ['charge']));
  expect(counted(once, proofOf('r1', 10_000, ['charge']))).toBe(once);
  expect(counted(facts, proofOf('r1', 10_000, ['other']))).toBe(facts);
});

test('whatever is notified, in whatever order and number: refunded is the sum of what is true, and never above captured', () => {
  const anyRefund = fc.record({
    id: fc.constantFrom('1', '2', '3'),
    isForged: fc.boolean(),
    at: fc.nat(40 * minute),
  });
  fc.assert(
    fc.property(fc.array(anyRefund, { maxLength: 10 }), (refunds) => {
      const hints = refunds.map(({ id, isForged, at }): At<Hint> => {
        // A refund has one amount; a forged one does not know the charge.
        const name = isForged ? `forged-${id}` : id;
        return [at, part(name, 10_000, isForged ? 'guessed' : 'charge')];
      });
      const { order } = deposited(hints);
      const ids = new Set(refunds.filter(({ isForged }) => !isForged).map(({ id }) => id));
      expect(order.amounts).toMatchObject({ captured: total, refunded: ids.size * 10_000 });
      expect(order.status).toBe(
        ['captured', 'partially_refunded', 'partially_refunded', 'refunded'][ids.size],
      );
    }),
    { numRuns: 100 },
  );
});

describe("a refund that is only told is a claim until the provider's word leaves room for it (R4)", () => {
  /** What becomes of these notifications where reads say this from the hour on. */
  const claimed = (told: Reading, ...hints: readonly Hint[]) =>
    deposited(
      hints.map((one, index) => [index * minute, one] as const),
      {
        world: [
          [0, paid],
          [hour, told],
        ],
        policy: {},
      },
    );

  test('a word that says nothing counts nothing, and a person hears when the re-reads have ended', () => {
    const played = claimed(paid, part('r1', 500));
    expect(played.order).toMatchObject({
      status: 'captured',
      amounts: { refunded: 0 },
      findings: [{ code: 'refund_claimed' }],
      escalation: { level: 1, reasons: ['refund_claimed'] },
    });
    expect(played.told).toEqual(['order.captured', 'escalation.opened']);
  });

  test.each<[string, Reading, readonly Hint[], number, string]>([
    ['part: a part counts', worded('partial'), [part('r1', 500)], 500, 'partially_refunded'],
    [
      'part: "refunded" of a part is a part',
      worded('partial'),
      [whole('r1', 500)],
      500,
      'partially_refunded',
    ],
    [
      'part: parts add up',
      worded('partial'),
      [part('r1', 500), part('r2', 700)],
      1_200,
      'partially_refunded',
    ],
    ['all: it is all, whatever is told', worded('full'), [part('r1', 500)], total, 'refunded'],
    ['all: twice told is once', worded('full'), [whole('r1'), whole('r2')], total, 'refunded'],
  ])('the word says %s', (_, told, hints, refunded, status) => {
    const { order } = claimed(told, ...hints);
    expect(order).toMatchObject({ status, amounts: { captured: total, refunded }, findings: [] });
  });

  test('where the word says "part", all of it stays a claim, and how much is not known', () => {
    const { order } = claimed(worded('partial'), whole('r1'));
    expect(order.status).toBe('partially_refunded');
    expect(order.amounts).not.toHaveProperty('refunded');
    expect(order.escalation).toMatchObject({ reasons: ['refund_claimed'] });
  });

  test('a word that is taken back takes the refund back, and what was told is a claim again', () => {
    const played = deposited([[0, part('r1', 500)]], {
      world: [
        [0, paid],
        [hour, worded('partial')],
        [90 * minute, paid],
      ],
      policy: {},
      until: 3 * day,
    });
    expect(played.order).toMatchObject({ status: 'captured', amounts: { refunded: 0 } });
    expect(findingsOf(played)).toContain('corrected');
    expect(played.order.escalation).toMatchObject({ reasons: ['refund_claimed'] });
  });

  test('a claim that the word confirms later counts then, and nobody is needed any more', () => {
    const played = deposited([[0, part('r1', 500)]], {
      world: [
        [0, paid],
        [90 * minute, worded('partial')],
      ],
      policy: {},
      until: 4 * hour,
    });
    expect(played.order).toMatchObject({
      status: 'partially_refunded',
      amounts: { refunded: 500 },
      escalation: null,
    });
  });

  test('what is said of one payment is not said of another', () => {
    const two = reading({
      presence: 'open',
      ordered: { amount: 2 * total, currency: 'SEK' },
      movements: [
        authorization('tx-1'),
        { ...capture('tx-1'), isWhole: true, refunded: 'full' },
        authorization('tx-2'),
        { ...capture('tx-2'), isWhole: true },
      ],
    });
    expect(amountsOf(factsFrom(two))).toMatchObject({ captured: 2 * total, refunded: total });
    const again = countRefund(factsFrom(two), proofOf('r1', total, ['tx-1']), t0);
    expect(amountsOf(again)).toMatchObject({ refunded: total });
    expect(countRefund(factsFrom(two), proofOf('r2', 100, ['tx-2']), t0)).toStrictEqual(factsFrom(two));
  });

  test('a person who confirms it is evidence enough', () => {
    const facts = countRefund(factsFrom(paid), proofOf('r1', 500, ['charge']), t0, { isConfirmed: true });
    expect(facts.movements['refund:r1']).toMatchObject({ evidence: 'person' });
    expect(amountsOf(facts)).toMatchObject({ refunded: 500 });
  });
});
