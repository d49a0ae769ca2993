import { brokenSums, check } from '../../../src/domain/money/checks.ts';
import { noFacts, type Reading } from '../../../src/domain/money/payment.ts';
import {
  approvedWith,
  authorization,
  capture,
  factsFrom,
  orderAfter,
  reading,
  refund,
  says,
  sek,
  terms,
  total,
  unpriced,
} from '../support.ts';

const codesOf = (told: Reading) => check(factsFrom(told), terms).map(({ code }) => code);
const codesWithoutTerms = (told: Reading) => check(factsFrom(told)).map(({ code }) => code);
const detailOf = (told: Reading) => check(factsFrom(told), terms)[0]?.detail;

test.each(Object.entries(says))('an order in its ordinary course is remarked nothing: %s', (_, told) => {
  expect(codesOf(told)).toEqual([]);
  expect(codesWithoutTerms(told)).toEqual([]);
});

test('before the first read there is nothing to compare', () => {
  expect(check(noFacts, terms)).toEqual([]);
});

describe('amounts', () => {
  const priced = (amount: number, outcome?: 'pending' | 'approved' | 'rejected') =>
    reading({
      ordered: sek(amount),
      ...(outcome && { outcome }),
      movements: outcome ? [authorization('a', outcome, amount)] : [],
    });

  test('a mismatch is told with both numbers', () => {
    expect(codesOf(priced(29_900, 'approved'))).toEqual(['amount_mismatch']);
    expect(detailOf(priced(29_900, 'approved'))).toBe('expected 300.00 SEK, provider says 299.00 SEK');
  });

  test.each([29_999, 30_001, 300, 3_000_000])('%i for 30000 is one', (amount) => {
    expect(codesOf(priced(amount, 'approved'))).toEqual(['amount_mismatch']);
  });

  test('it shows while the payment is pending already', () => {
    expect(codesOf(priced(29_900, 'pending'))).toEqual(['amount_mismatch']);
  });

  test('without a cart, by what is to be authorized', () => {
    const { ordered: _, ...told } = priced(29_900, 'pending');
    expect(codesOf(told)).toEqual(['amount_mismatch']);
    expect(codesOf({ ...told, movements: [authorization('a', 'pending')] })).toEqual([]);
  });

  test('until the shopper is done the cart may change', () => {
    expect(codesOf({ ...priced(29_900), presence: 'open' })).toEqual([]);
  });

  test('the authorization is what counts, not the cart', () => {
    expect(codesOf({ ...says.placed, ordered: sek(29_900) })).toEqual([]);
  });

  test('nothing is expected of an order that nobody registered', () => {
    expect(codesWithoutTerms(priced(29_900, 'approved'))).toEqual([]);
  });

  test('approved without an amount is told as missing, not as a mismatch', () => {
    const { ordered: _, ...bare } = reading({ outcome: 'approved' });
    expect(codesOf(bare)).toEqual(['amount_missing']);
    expect(codesOf({ ...bare, movements: [unpriced(authorization('a'))] })).toEqual(['amount_missing']);
    expect(detailOf(bare)).toBe('approved, but the provider names no amount');
  });

  test('an amount is missing also where no currency is told', () => {
    const { currency: _, ...bare } = unpriced(authorization('a'));
    expect(codesOf(reading({ outcome: 'approved', movements: [bare] }))).toEqual(['amount_missing']);
  });

  test('what was never approved need not have an amount', () => {
    const told = reading({ outcome: 'cancelled', movements: [unpriced(authorization('a', 'cancelled'))] });
    expect(codesOf(told)).toEqual([]);
  });
});

describe('sums', () => {
  test.each<[string, Reading, readonly string[]]>([
    ['captured what was authorized', approvedWith(capture('c1')), []],
    ['a unit more', approvedWith(capture('c1'), capture('c2', 'approved', 1)), ['over_captured']],
    ['a unit more, still pending', approvedWith(capture('c1'), capture('c2', 'pending', 1)), []],
    ['refunded what was captured', approvedWith(capture('c1'), refund('r1')), []],
    [
      'refunds that exceed it together',
      approvedWith(capture('c1'), refund('r1', 'approved', 20_000), refund('r2', 'approved', 10_001)),
      ['over_refunded'],
    ],
    ['a refund of what was only authorized', approvedWith(refund('r1', 'approved', 1)), ['over_refunded']],
    [
      'both',
      approvedWith(capture('c1', 'approved', 30_001), refund('r1', 'approved', 30_002)),
      ['over_captured', 'over_refunded'],
    ],
    ['a capture of unknown amount', approvedWith(capture('c1'), unpriced(capture('c2'))), []],
  ])('%s', (_, told, codes) => {
    expect(codesOf(told)).toEqual(codes);
    expect(brokenSums(factsFrom(told), terms)).toEqual(codes);
  });

  test.each<[string, Reading, string]>([
    [
      'over_captured',
      approvedWith(capture('c1', 'approved', 30_100)),
      'captured 301.00 SEK, authorized 300.00 SEK',
    ],
    [
      'over_refunded',
      approvedWith(capture('c1'), refund('r1', 'approved', 30_100)),
      'refunded 301.00 SEK, captured 300.00 SEK',
    ],
    [
      'double_payment',
      reading({ outcome: 'approved', movements: [authorization('1'), authorization('2')] }),
      '2 payments approved, 600.00 SEK in all',
    ],
  ])('%s is told with both sums', (code, told, detail) => {
    expect(check(factsFrom(told), terms)).toContainEqual({ code, detail });
  });

  test('"refunded in full" does not hide that more went back than was captured', () => {
    const told = approvedWith(capture('c1'), refund('r1'), refund('r2', 'approved', 1));
    expect(codesOf({ ...told, refunded: 'full' })).toEqual(['over_refunded']);
  });
});

describe('double payments', () => {
  const paid = (...amounts: readonly number[]) =>
    reading({
      outcome: 'approved',
      movements: amounts.map((amount, index) => authorization(`${index}`, 'approved', amount)),
    });

  test('twice the price is one', () => {
    expect(codesOf(paid(total, total))).toContain('double_payment');
  });

  test('parts that make up the price are none', () => {
    expect(codesOf(paid(10_000, 20_000))).toEqual([]);
  });

  test('an attempt that was rejected is no payment', () => {
    const told = reading({
      outcome: 'approved',
      movements: [authorization('1', 'rejected'), authorization('2', 'approved')],
    });
    expect(codesOf(told)).toEqual([]);
  });

  test('what was registered is what was asked, whatever the session says', () => {
    expect(codesOf({ ...paid(20_000, 15_000), ordered: sek(40_000) })).toContain('double_payment');
    expect(codesOf({ ...paid(20_000, 10_000), ordered: sek(20_000) })).toEqual([]);
  });

  test('parts that make up what the session asks are none, also without terms', () => {
    expect(codesWithoutTerms(paid(10_000, 20_000))).toEqual([]);
  });

  test('without terms the session says what was asked; without either, two are one too many', () => {
    expect(codesWithoutTerms(paid(total, total))).toEqual(['double_payment']);
    const { ordered: _, ...bare } = paid(10_000, 20_000);
    expect(codesWithoutTerms(bare)).toEqual(['double_payment']);
  });
});

describe('currencies', () => {
  test.each<[string, Reading]>([
    ['the session', reading({ ordered: { amount: total, currency: 'EUR' } })],
    ['the authorization', reading({ movements: [authorization('a', 'pending', total, 'EUR')] })],
    ['a capture', approvedWith(capture('c1', 'pending', 100, 'EUR'))],
    ['a refund', approvedWith(capture('c1'), refund('r1', 'rejected', 100, 'EUR'))],
    ['a currency that does not exist', approvedWith(capture('c1', 'pending', 100, 'ZZZ'))],
    ['a currency in small letters', approvedWith(capture('c1', 'pending', 100, 'sek'))],
  ])('%s in another one is told', (_, told) => {
    expect(codesOf(told)).toContain('currency_mismatch');
  });

  test('the detail says which, and what is no currency at all', () => {
    expect(detailOf(approvedWith(capture('c1', 'pending', 100, 'EUR')))).toBe(
      'order is in SEK, provider says EUR',
    );
    expect(detailOf(approvedWith(capture('c1', 'pending', 100, 'ZZZ')))).toBe('not a currency: ZZZ');
  });

  test('pounds for pounds are no amount mismatch when the order is in kronor', () => {
    const told = reading({
      outcome: 'approved',
      ordered: { amount: 2_500, currency: 'GBP' },
      movements: [authorization('a', 'approved', 2_500, 'GBP')],
    });
    expect(codesOf(told)).toEqual(['currency_mismatch']);
  });
});

describe('the rest', () => {
  test('another reference is a finding, and the registered one stands', () => {
    const told = { ...says.placed, reference: '9' };
    expect(codesOf(told)).toEqual(['reference_mismatch']);
    expect(orderAfter([told]).order).toMatchObject({ status: 'placed', reference: terms.reference });
  });

  test('a hold asks a person and moves nothing', () => {
    const { order } = orderAfter([{ ...says.placed, flags: ['on_hold'] as const }]);
    expect(order).toMatchObject({ status: 'placed', findings: [{ code: 'on_hold' }] });
  });

  test('words that are not understood are repeated, and move nothing', () => {
    const { order } = orderAfter([says.pending, { ...says.pending, unknown: ['approved_ish', 'odd'] }]);
    expect(order).toMatchObject({
      status: 'pending',
      findings: [{ code: 'unknown_status', detail: 'not understood: approved_ish, odd' }],
    });
  });
});
