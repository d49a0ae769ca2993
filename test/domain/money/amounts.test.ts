import { amountsOf } from '../../../src/domain/money/amounts.ts';
import { noFacts, type Reading } from '../../../src/domain/money/payment.ts';
import {
  approvedWith,
  authorization,
  capture,
  factsFrom,
  factsOf,
  reading,
  refund,
  says,
  terms,
  total,
  unpriced,
} from '../support.ts';

const nothing = { captured: 0, capturePending: 0, refunded: 0, refundPending: 0, cancelled: 0 };

test('before the first read nothing is known but what was registered', () => {
  expect(amountsOf(noFacts)).toEqual({});
  expect(amountsOf(noFacts, terms)).toEqual({ currency: 'SEK', expected: total });
});

test('without terms no amount is expected', () => {
  expect(amountsOf(factsFrom(says.placed))).toEqual({ ...nothing, currency: 'SEK', authorized: total });
});

test('settled and pending money stand in buckets of their own', () => {
  const told = approvedWith(
    capture('c1', 'approved', 10_000),
    capture('c2', 'pending', 5_000),
    capture('c3', 'rejected', 700),
    refund('r1', 'approved', 1_000),
    refund('r2', 'pending', 200),
    refund('r3', 'cancelled', 30),
  );
  expect(amountsOf(factsFrom(told), terms)).toEqual({
    currency: 'SEK',
    expected: total,
    authorized: total,
    captured: 10_000,
    capturePending: 5_000,
    refunded: 1_000,
    refundPending: 200,
    cancelled: 0,
  });
});

test('money that is only pending is authorized by nobody', () => {
  expect(amountsOf(factsFrom(says.pending)).authorized).toBe(0);
});

test('two captures, or refunds, of one amount are twice the amount', () => {
  const told = approvedWith(
    capture('c1', 'approved', 100),
    capture('c2', 'approved', 100),
    refund('r1', 'approved', 7),
    refund('r2', 'approved', 7),
  );
  expect(amountsOf(factsFrom(told, told))).toMatchObject({ captured: 200, refunded: 14 });
});

test('a cancel releases what was authorized and not captured', () => {
  expect(amountsOf(factsFrom(says.placed, says.cancelled))).toMatchObject({
    authorized: total,
    captured: 0,
    cancelled: total,
  });
  expect(amountsOf(factsFrom(says.partlyCaptured, says.cancelled))).toMatchObject({
    captured: 10_000,
    cancelled: 20_000,
  });
});

test('money in another currency is never summed', () => {
  const told = approvedWith(capture('c1', 'approved', 100), capture('c2', 'approved', 900, 'EUR'));
  expect(amountsOf(factsFrom(told), terms)).toMatchObject({ currency: 'SEK', captured: 100 });
});

test('money of which no currency is told is that of the order', () => {
  const { currency: _, ...bare } = capture('c1', 'approved', 100);
  expect(amountsOf(factsFrom(approvedWith(bare)), terms)).toMatchObject({ currency: 'SEK', captured: 100 });
});

test('an attempt that was given up releases nothing while the payment has no end', () => {
  const told = reading({
    presence: 'open',
    outcome: 'pending',
    movements: [authorization('a', 'cancelled')],
  });
  expect(amountsOf(factsFrom(told), terms)).toMatchObject({ cancelled: 0 });
});

test('approved without an amount: authorized is absent, not 0 and not what was expected', () => {
  for (const movements of [[], [unpriced(authorization('a'))]]) {
    const amounts = amountsOf(factsFrom(reading({ outcome: 'approved', movements })), terms);
    expect(amounts).not.toHaveProperty('authorized');
    expect(amounts).toMatchObject({ expected: total, captured: 0, cancelled: 0 });
  }
});

test('one unknown part makes its bucket unknown, and no other', () => {
  const amounts = amountsOf(factsFrom(approvedWith(capture('c1'), unpriced(capture('c2')))));
  expect(amounts).not.toHaveProperty('captured');
  expect(amounts).toMatchObject({ authorized: total, refunded: 0 });
});

test('the registered currency comes first, then that of the session', () => {
  const { ordered: _, ...bare } = approvedWith();
  const euro: Reading = { ...bare, ordered: { amount: 1, currency: 'EUR' } };
  expect(amountsOf(factsFrom(euro), terms).currency).toBe('SEK');
  expect(amountsOf(factsFrom(euro)).currency).toBe('EUR');
  expect(amountsOf(factsFrom(bare)).currency).toBe('SEK');
});

describe('what is not known is not 0', () => {
  test('approved by the word, but only a rejected attempt is listed: the entries count', () => {
    const told = reading({ outcome: 'approved', movements: [authorization('a', 'rejected')] });
    expect(amountsOf(factsFrom(told), terms)).toMatchObject({ authorized: 0 });
  });

  test.each(['full', 'partial'] as const)(
    'captured (%s) by the word alone: captured is absent',
    (captured) => {
      const told = reading({ outcome: 'approved', captured, movements: [authorization('a')] });
      expect(amountsOf(factsFrom(told), terms)).not.toHaveProperty('captured');
    },
  );

  test('an attempt that was cancelled before it was approved does not count as authorized and uncaptured', () => {
    const told = reading({
      outcome: 'approved',
      movements: [authorization('given-up', 'cancelled'), authorization('paid')],
    });
    const { authorized = 0, cancelled = 0 } = amountsOf(factsFrom(told), terms);
    expect(authorized - cancelled).toBe(total);
  });

  test('which currency an unregistered order is in does not depend on which entry was read first', () => {
    const { ordered: _, ...early } = reading({ movements: [capture('c1', 'approved', 100, 'EUR')] });
    const { ordered: __, ...last } = approvedWith(capture('c1', 'approved', 100, 'EUR'));
    expect(amountsOf(factsFrom(early, last))).toEqual(amountsOf(factsFrom(last)));
  });

  test('money in a currency that does not exist is not summed', () => {
    const { ordered: _, ...told } = reading({
      outcome: 'approved',
      movements: [authorization('a', 'approved', 5, 'ZZZ')],
    });
    expect(amountsOf(factsFrom(told)).authorized).toBeUndefined();
  });

  test('refunded (partial) by the word alone: refunded is absent; refunded in full is what was captured', () => {
    const told = (refunded: 'partial' | 'full') => approvedWith({ ...capture('c1'), refunded });
    expect(amountsOf(factsFrom(told('partial')))).not.toHaveProperty('refunded');
    expect(amountsOf(factsFrom(told('full')))).toMatchObject({ refunded: total });
  });

  test('refunded in full: a part that a notification told is within what was captured', () => {
    const part = { ...refund('r2', 'approved', 5_000), evidence: 'notification' as const, payments: ['c1'] };
    const facts = factsOf(authorization('a'), { ...capture('c1'), refunded: 'full' }, part);
    expect(amountsOf(facts)).toMatchObject({ refunded: total });
  });

  test('money that is all in another currency than the registered one', () => {
    const told = reading({
      outcome: 'approved',
      movements: [authorization('a', 'approved', 5, 'EUR'), capture('c1', 'approved', 5, 'EUR')],
    });
    const amounts = amountsOf(factsFrom(told), terms);
    expect([amounts.currency, amounts.authorized, amounts.captured]).toEqual(['SEK', undefined, undefined]);
  });

  test('a sum that doubles do not hold is absent', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const facts = factsOf(...['1', '2', '3'].map((id) => capture(id, 'approved', most)));
    const { captured } = amountsOf(facts);
    expect(captured === undefined || Number.isSafeInteger(captured)).toBe(true);
  });
});
