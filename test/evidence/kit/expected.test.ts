import { expectedOf } from '../../../evidence/kit/oracle/expected.ts';
import { reasonsIn } from '../../../evidence/kit/oracle/reasons.ts';
import { toldBy } from '../../../evidence/kit/oracle/told.ts';
import { standingOf } from '../../../evidence/kit/oracle/claims.ts';
import type { Entry, Truth } from '../../../evidence/kit/oracle/truth.ts';

const approved: Truth = {
  outcome: 'approved',
  isOver: true,
  ordered: { amount: 300, currency: 'SEK' },
  entries: [entry('authorization', 'a', 300)],
};

function entry(kind: Entry['kind'], id: string, amount: number, more: Partial<Entry> = {}): Entry {
  return { kind, id, status: 'approved', amount, currency: 'SEK', ...more };
}

function withEntries(...entries: readonly Entry[]): Truth {
  return { ...approved, entries: [...approved.entries, ...entries] };
}

function statusOf(truth: Truth): string {
  return expectedOf(toldBy(truth), 'deposit', undefined).status;
}

test('the status follows the money', () => {
  expect(statusOf({ ...approved, outcome: 'pending', entries: [] })).toBe('pending');
  expect(statusOf(approved)).toBe('placed');
  expect(statusOf(withEntries(entry('capture', 'c', 100)))).toBe('partially_captured');
  expect(statusOf(withEntries(entry('capture', 'c', 100), entry('capture', 'd', 200)))).toBe('captured');
  expect(statusOf(withEntries(entry('capture', 'c', 300), entry('refund', 'r', 299)))).toBe(
    'partially_refunded',
  );
  expect(statusOf(withEntries(entry('capture', 'c', 300), entry('refund', 'r', 300)))).toBe('refunded');
  expect(statusOf({ isOver: true, entries: [] })).toBe('expired');
});

test('what was released and not taken is no longer missing', () => {
  const released = {
    ...approved,
    entries: [entry('authorization', 'a', 300, { status: 'cancelled' }), entry('capture', 'c', 100)],
  };
  expect(expectedOf(toldBy(released), 'deposit', undefined)).toMatchObject({
    status: 'captured',
    amounts: { authorized: 300, captured: 100, cancelled: 200 },
  });
});

test('money in another currency is never summed', () => {
  const { amounts } = expectedOf(
    toldBy(withEntries(entry('capture', 'c', 100, { currency: 'EUR' }))),
    'deposit',
    undefined,
  );
  expect(amounts['captured']).toBeUndefined();
});

test('what needs a person is named', () => {
  const context = { kind: 'deposit', terms: undefined, now: 0, expiryWarning: 0 } as const;
  const reasons = (truth: Truth) =>
    reasonsIn(toldBy(truth), { ...context, status: statusOf(truth) }).map(({ code }) => code);
  expect(reasons({ ...withEntries(entry('capture', 'c', 400)), capturedWord: 'full' })).toEqual([
    'over_captured',
  ]);
  expect(reasons(withEntries(entry('capture', 'c', 300)))).toEqual(['word_mismatch']);
  expect(reasons(withEntries(entry('capture', 'c', 100, { status: 'rejected' })))).toEqual([
    'capture_failed',
  ]);
  expect(reasons(withEntries(entry('authorization', 'b', 300)))).toEqual(['double_payment']);
});

test('a hook is true, was on the way, or is not true', () => {
  const told = toldBy(approved);
  expect(standingOf({ of: 'outcome', status: 'approved' }, told)).toBe('holds');
  expect(standingOf({ of: 'outcome', status: 'pending' }, told)).toBe('overtaken');
  expect(
    standingOf({ of: 'outcome', status: 'approved' }, toldBy({ ...approved, outcome: 'cancelled' })),
  ).toBe('implied');
  expect(standingOf({ of: 'capture', id: 'c', status: 'approved' }, told)).toBe('unproven');
});
