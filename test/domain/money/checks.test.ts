import { amountsOf } from '../../../src/domain/money/amounts.ts';
import { check, checkUnfamiliar } from '../../../src/domain/money/checks.ts';
import { noFacts, type Movement, type Reading } from '../../../src/domain/money/payment.ts';
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
    expect(check(factsFrom(told), terms)).toContainEqual(expect.objectContaining({ code, detail }));
  });

  test('refunds that reads list can exceed what was captured', () => {
    const told = approvedWith(capture('c1'), refund('r1'), refund('r2', 'approved', 1));
    expect(codesOf(told)).toEqual(['over_refunded']);
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
    const { order } = orderAfter([{ ...says.placed, flags: [{ code: 'on_hold' as const }] }]);
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

describe('a word and the entries', () => {
  const said = (told: Reading) =>
    check(factsFrom(told), terms).find(({ code }) => code === 'word_mismatch')?.detail;

  test.each<[string, Reading, string]>([
    [
      'captured in full, with a part listed',
      { ...says.partlyCaptured, captured: 'full' },
      'the word says captured in full, the entries say part captured, 100.00 SEK',
    ],
    [
      'captured in part, with all listed',
      { ...says.captured, captured: 'partial' },
      'the word says part captured, the entries say captured in full, 300.00 SEK',
    ],
    [
      'captured, with nothing but a rejected capture',
      { ...approvedWith(capture('c1', 'rejected')), captured: 'full' },
      'the word says captured in full, the entries say nothing captured, 0.00 SEK',
    ],
    [
      'nothing captured, with a capture listed',
      reading({ outcome: 'approved', movements: [authorization('a'), capture('c1')] }),
      'the word says nothing captured, the entries say captured in full, 300.00 SEK',
    ],
    [
      'approved, with a rejected attempt',
      reading({ outcome: 'approved', movements: [authorization('a', 'rejected')] }),
      'the word says payment approved, the entries say payment rejected',
    ],
    [
      'rejected, with an approved attempt',
      reading({ outcome: 'rejected', movements: [authorization('a')] }),
      'the word says payment rejected, the entries say payment approved',
    ],
    [
      'pending in a closed session, with a rejected attempt',
      reading({ outcome: 'pending', movements: [authorization('a', 'rejected')] }),
      'the word says payment pending, the entries say payment rejected',
    ],
  ])('disagree, and both are told: %s', (_, told, detail) => {
    expect(said(told)).toBe(detail);
  });

  test.each<[string, Reading]>([
    ['in the ordinary course', says.captured],
    ['while a capture is pending', { ...approvedWith(capture('c1', 'pending')), captured: 'full' }],
    ['while an attempt is pending', { ...says.pending, outcome: 'approved' }],
    ['without entries', reading({ outcome: 'approved', captured: 'full' })],
    ['without a word', reading({ movements: [authorization('a'), capture('c1')] })],
    ['a cancel of what was approved', reading({ outcome: 'cancelled', movements: [authorization('a')] })],
    ['the next attempt of an open session', { ...says.rejected, outcome: 'pending', presence: 'open' }],
    ['a capture of unknown amount', { ...approvedWith(unpriced(capture('c1'))), captured: 'full' }],
    ['a part captured, the rest cancelled', { ...says.partlyCaptured, outcome: 'cancelled' }],
  ])('are not held against each other: %s', (_, told) => {
    expect(said(told)).toBeUndefined();
  });
});

describe('money that goes back by itself', () => {
  const deposit = (status: 'approved' | 'cancelled') =>
    reading({
      presence: 'open',
      movements: [authorization('tx', status), ...(status === 'approved' ? [capture('tx')] : [])],
      ...(status === 'cancelled' && { ruledOut: [{ kind: 'capture' as const, id: 'tx' }] }),
    });

  test('a captured deposit that is void is told with its id, until the money is back', () => {
    const codes = (...readings: readonly Reading[]) =>
      check(factsFrom(...readings), terms).map(({ code, subject }) => `${code} ${subject}`);
    expect(codes(deposit('approved'), deposit('cancelled'))).toEqual(['money_taken_back tx']);
    expect(codes(deposit('approved'), deposit('cancelled'), deposit('approved'))).toEqual([]);
  });

  test('captured, then cancelled: it stays captured, with a finding; a released rest has none', () => {
    expect(codesOf({ ...says.captured, outcome: 'cancelled' })).toEqual(['cancelled_after_capture']);
    expect(codesOf({ ...says.partlyCaptured, outcome: 'cancelled' })).toEqual([]);
  });
});

describe('what cannot be understood', () => {
  test.each([
    ['unknown', 'unknown_status'],
    ['unreadable', 'unreadable_entry'],
    ['badDates', 'bad_date'],
  ] as const)('%s is %s, each with its own subject', (field, code) => {
    const conditions = check(factsFrom({ ...says.placed, [field]: ['one', 'two'] }), terms);
    expect(conditions.map((condition) => [condition.code, condition.subject])).toEqual([
      [code, 'one'],
      [code, 'two'],
    ]);
  });

  test('a word about anything else is a finding, and no condition', () => {
    const facts = factsFrom({ ...says.placed, unfamiliar: ['session odd'] });
    expect(check(facts, terms)).toEqual([]);
    expect(checkUnfamiliar(facts)).toEqual([
      { code: 'unknown_status', subject: 'session odd', detail: 'not understood: session odd' },
    ]);
  });
});

describe('amounts of a provider that takes its payment whole', () => {
  const taken = (amount: number, ...others: readonly Movement[]) =>
    reading({
      presence: 'open',
      movements: [
        ...others,
        { ...authorization('cap', 'approved', amount), group: 'g' },
        { ...capture('cap', 'approved', amount), group: 'g', isWhole: true },
      ],
    });
  const reserved: Movement = { ...authorization('auth'), group: 'g' };

  test('an authorization and the approved entry of its group are one payment', () => {
    const facts = factsFrom(taken(total, reserved));
    expect(codesOf(taken(total, reserved))).toEqual([]);
    expect(amountsOf(facts, terms)).toMatchObject({ authorized: total, captured: total, cancelled: 0 });
  });

  test('taken for less, it is captured, the rest is released, and the amount is told', () => {
    const told = taken(20_000, reserved);
    expect(amountsOf(factsFrom(told), terms)).toMatchObject({
      authorized: total,
      captured: 20_000,
      cancelled: 10_000,
    });
    expect(orderAfter([told]).order.status).toBe('captured');
    expect(detailOf(told)).toBe('expected 300.00 SEK, provider says 200.00 SEK');
  });

  test('an amount of nothing is an amount', () => {
    expect(codesOf(taken(0))).toEqual(['amount_mismatch']);
  });

  test('two approved entries of one group are two captures of one payment', () => {
    const second: Movement = { ...capture('cap-2', 'approved', 10_000), group: 'g', isWhole: true };
    const facts = factsFrom(
      taken(20_000, reserved, { ...authorization('cap-2', 'approved', 10_000), group: 'g' }, second),
    );
    expect(amountsOf(facts, terms)).toMatchObject({ authorized: total, captured: total, cancelled: 0 });
    expect(check(facts, terms)).toEqual([]);
  });
});
