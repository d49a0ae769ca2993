import { absorb } from '../../../src/domain/money/absorb.ts';
import { noFacts, type Facts, type Movement, type Reading } from '../../../src/domain/money/payment.ts';
import { statusOf } from '../../../src/domain/money/status.ts';
import {
  approvedWith,
  authorization,
  capture,
  factsFrom,
  reading,
  refund,
  says,
  sek,
  unpriced,
} from '../support.ts';

/** The movement that the facts hold after these readings, and what the last of them remarks. */
function after(...readings: readonly [Reading, ...Reading[]]) {
  const { facts, findings: remarks } = absorb(factsFrom(...readings.slice(0, -1)), readings.at(-1)!);
  return { facts, codes: remarks.map(({ code }) => code), details: remarks.map(({ detail }) => detail) };
}

const held = (...readings: readonly [Reading, ...Reading[]]) => after(...readings).facts.movements;

describe('movements', () => {
  test('one is known by its id: two of one amount are two, a repeat of one id is one', () => {
    const twice = approvedWith(capture('c1', 'approved', 100), capture('c2', 'approved', 100));
    expect(Object.keys(held(twice, twice))).toEqual(['authorization:a', 'capture:c1', 'capture:c2']);
  });

  test('ids are those of a kind: a capture and a refund may share one', () => {
    expect(Object.keys(held(approvedWith(capture('1'), refund('1'))))).toHaveLength(3);
  });

  test('an id that is a name of the language is an id like any other', () => {
    expect(Object.keys(held(reading({ movements: [capture('__proto__'), capture('constructor')] })))).toEqual(
      ['capture:__proto__', 'capture:constructor'],
    );
  });

  test('an entry that is absent from a read is kept', () => {
    expect(held(says.captured, says.placed)['capture:c1']).toMatchObject({ status: 'approved' });
  });

  test.each(['approved', 'rejected', 'cancelled'] as const)(
    'pending goes on to %s without a remark',
    (status) => {
      const { facts, codes } = after(
        approvedWith(capture('c1', 'pending')),
        approvedWith(capture('c1', status)),
      );
      expect(facts.movements['capture:c1']).toMatchObject({ status });
      expect(codes).toEqual([]);
    },
  );

  test.each(['approved', 'rejected', 'cancelled'] as const)('%s never returns to pending', (status) => {
    const { facts, codes } = after(
      approvedWith(capture('c1', status)),
      approvedWith(capture('c1', 'pending')),
    );
    expect(facts.movements['capture:c1']).toMatchObject({ status });
    expect(codes).toEqual([]);
  });

  test.each([
    ['capture', 'approved', 'rejected'],
    ['capture', 'rejected', 'approved'],
    ['refund', 'approved', 'rejected'],
    ['refund', 'rejected', 'approved'],
    ['authorization', 'approved', 'rejected'],
  ] as const)('a %s that was %s and is %s takes the last word and is corrected', (kind, was, is) => {
    const told = (status: typeof was) => reading({ movements: [{ ...capture('1', status), kind }] });
    const { facts, codes } = after(told(was), told(is));
    expect(facts.movements[`${kind}:1`]).toMatchObject({ status: is });
    expect(codes).toEqual(['corrected']);
  });

  test('releasing an authorization is the ordinary course', () => {
    expect(after(says.placed, says.cancelled).codes).toEqual([]);
  });

  test.each<[string, Movement]>([
    ['amount', capture('c1', 'approved', 200)],
    ['currency', capture('c1', 'approved', 100, 'EUR')],
  ])('another %s under one id stands, and is a changed fact', (_, now) => {
    const { facts, codes } = after(approvedWith(capture('c1', 'approved', 100)), approvedWith(now));
    expect(facts.movements['capture:c1']).toMatchObject(now);
    expect(codes).toEqual(['changed_fact']);
  });

  test.each<[string, Movement, Movement, string]>([
    [
      'the status',
      capture('c1'),
      capture('c1', 'rejected'),
      'corrected: capture approved, then rejected: c1',
    ],
    [
      'the amount',
      capture('c1', 'approved', 100),
      capture('c1', 'approved', 250),
      'changed_fact: capture was 1.00 SEK, now 2.50 SEK: c1',
    ],
    [
      'the currency, of an amount that nobody told',
      unpriced(refund('r1')),
      unpriced(refund('r1', 'approved', 0, 'EUR')),
      'changed_fact: refund was unknown, now unknown: r1',
    ],
  ])('what changed is told with what it was: %s', (_, was, is, told) => {
    const { codes, details } = after(reading({ movements: [was] }), reading({ movements: [is] }));
    expect(codes.map((code, index) => `${code}: ${details[index]}`)).toEqual([told]);
  });

  test('the highest amount that an entry ever had is kept beside the last', () => {
    const told = (amount: number) => reading({ movements: [authorization('a', 'approved', amount)] });
    const peaks = ([first, ...others]: readonly number[]) =>
      held(told(first!), ...others.map(told))['authorization:a'];
    expect(peaks([100])).toMatchObject({ amount: 100, peak: 100 });
    expect(peaks([100, 200])).toMatchObject({ amount: 200, peak: 200 });
    expect(peaks([100, 200, 50])).toMatchObject({ amount: 50, peak: 200 });
  });

  test('an entry without an amount has none, to the letter', () => {
    const bare: Movement = { kind: 'capture', id: 'c1', status: 'approved' };
    expect(held(reading({ movements: [bare] }))['capture:c1']).toStrictEqual(bare);
    const later = held(reading({ movements: [bare] }), reading({ movements: [{ ...bare, amount: 7 }] }));
    expect(later['capture:c1']).toStrictEqual({ ...bare, amount: 7, peak: 7 });
  });

  test('an amount that comes later, or goes missing, is no change', () => {
    const unknown = approvedWith(unpriced(capture('c1')));
    const known = approvedWith(capture('c1', 'approved', 100));
    expect(after(unknown, known).codes).toEqual([]);
    const { facts, codes } = after(known, unknown);
    expect(facts.movements['capture:c1']).toMatchObject({ amount: 100 });
    expect(codes).toEqual([]);
  });
});

describe('the payment as a whole', () => {
  test.each<[string, Reading, Reading, Reading['outcome'], readonly string[]]>([
    ['pending, then approved', says.pending, says.placed, 'approved', []],
    ['pending, then rejected', says.pending, says.rejected, 'rejected', []],
    ['approved, then pending', says.placed, says.pending, 'approved', []],
    ['approved, then nothing', says.placed, says.closed, 'approved', []],
    ['approved, then cancelled', says.placed, says.cancelled, 'cancelled', []],
    ['cancelled, then pending', says.cancelled, says.pending, 'cancelled', []],
  ])('%s', (_, first, second, outcome, codes) => {
    const told = after(first, second);
    expect(told.facts.outcome).toBe(outcome);
    expect(told.codes).toEqual(codes);
  });

  test.each([
    ['rejected', 'placed', 'approved'],
    ['placed', 'rejected', 'rejected'],
    ['cancelled', 'placed', 'approved'],
    ['cancelled', 'rejected', 'rejected'],
    ['rejected', 'cancelled', 'cancelled'],
  ] as const)('%s, then %s, is what the last read says, and corrected', (first, second, outcome) => {
    const told = after(says[first], says[second]);
    expect(told.facts.outcome).toBe(outcome);
    expect(told.codes).toContain('corrected');
  });

  test('while the shopper may try again, a rejection is followed by an approval without a correction', () => {
    const told = after({ ...says.rejected, presence: 'open' }, says.placed);
    expect(told.facts.outcome).toBe('approved');
    expect(told.codes).toEqual([]);
  });

  test('a payment of which nothing but its outcome is told is corrected by that alone, and says how', () => {
    const { codes, details } = after(reading({ outcome: 'approved' }), reading({ outcome: 'rejected' }));
    expect([codes, details]).toEqual([['corrected'], ['payment approved, then rejected']]);
  });

  test('an open session excuses a rejection alone, not a cancel', () => {
    const { codes } = after({ ...says.cancelled, presence: 'open' }, { ...says.placed, presence: 'open' });
    expect(codes).toContain('corrected');
  });

  test('that nobody paid in time stands until an outcome comes, or the session that nobody knew', () => {
    const lapsed = (presence: Facts['presence'], told: Reading) =>
      absorb({ presence, movements: {}, lapsed: true }, told).facts;
    expect(lapsed('open', says.open)).toMatchObject({ lapsed: true });
    expect(lapsed('open', says.placed)).not.toHaveProperty('lapsed');
    expect(lapsed('absent', says.absent)).toMatchObject({ lapsed: true });
    expect(lapsed('unseen', says.open)).not.toHaveProperty('lapsed');
  });

  test('"refunded in full" does not go back either, and falls with its refund', () => {
    const full = { ...says.refunded, refunded: 'full' as const };
    expect(after(full, { ...says.refunded, refunded: 'partial' as const }).facts.refunded).toBe('full');
    expect(after(full, says.captured).facts.refunded).toBe('full');
    const fallen = approvedWith(capture('c1'), refund('r1', 'rejected'));
    expect(after(full, fallen).facts.refunded).toBeUndefined();
  });

  test('"captured in full" does not go back to "in part", but falls with its capture', () => {
    const full = { ...says.captured, captured: 'full' as const };
    expect(after(full, { ...says.captured, captured: 'partial' as const }).facts.captured).toBe('full');
    expect(after(full, says.placed).facts.captured).toBe('full');
    expect(after(full, approvedWith(capture('c1', 'rejected'))).facts.captured).toBeUndefined();
  });

  describe('"captured in full" that was told by reads which list no captures', () => {
    const bare = approvedWith();
    const word = (...later: readonly Reading[]) =>
      after({ ...bare, captured: 'full' }, ...later).facts.captured;

    test('falls where the first list has none that succeeded', () => {
      expect(word(approvedWith(capture('c1', 'rejected')))).toBeUndefined();
      expect(word(approvedWith(capture('c1', 'cancelled'), capture('c2', 'rejected')))).toBeUndefined();
      const facts = factsFrom({ ...bare, captured: 'full' }, approvedWith(capture('c1', 'rejected')));
      expect(statusOf(facts, 'deposit')).toBe('placed');
    });

    test('stands while nothing is listed, one succeeded or may yet, or the provider says it again', () => {
      expect(word(bare)).toBe('full');
      expect(word(approvedWith(refund('r1', 'rejected')))).toBe('full');
      expect(word(approvedWith(capture('c1', 'rejected'), capture('c2')))).toBe('full');
      expect(word(approvedWith(capture('c1', 'rejected'), capture('c2', 'pending')))).toBe('full');
      expect(word({ ...approvedWith(capture('c1', 'rejected')), captured: 'full' })).toBe('full');
      expect(word({ ...approvedWith(capture('c1', 'rejected')), captured: 'partial' })).toBe('full');
    });

    test('stands where captures had been listed before', () => {
      const failed = approvedWith(capture('c1', 'rejected'));
      const again = { ...failed, captured: 'full' as const };
      expect(after(failed, again, failed).facts.captured).toBe('full');
    });
  });

  test('a session that was seen is not unseen by a read that finds nothing', () => {
    expect(after(says.open, says.absent).facts.presence).toBe('open');
  });

  test('an older read does not open a closed session again, and so does not unsay that the order expired', () => {
    const { facts } = after(says.open, says.closed, says.open);
    expect(statusOf(facts, 'deposit')).toBe('expired');
  });

  test('what an older read told besides is kept until a later one says it anew', () => {
    const first = { ...says.open, reference: '1000123', method: 'invoice', expiresAt: 5 };
    const { ordered: _, ...bare } = says.placed;
    expect(after(first, bare).facts).toMatchObject({
      reference: '1000123',
      method: 'invoice',
      expiresAt: 5,
      ordered: sek(30_000),
    });
    expect(after(first, { ...bare, reference: '2', ordered: sek(1) }).facts).toMatchObject({
      reference: '2',
      ordered: sek(1),
    });
  });

  test('a hold and unknown words are those of the last read', () => {
    const held = { ...says.placed, flags: ['on_hold'] as const, unknown: ['odd'] };
    expect(absorb(noFacts, held).facts).toMatchObject({ flags: ['on_hold'] as const, unknown: ['odd'] });
    const { facts } = after(held, says.placed);
    expect([facts.flags, facts.unknown]).toEqual([undefined, undefined]);
  });
});
