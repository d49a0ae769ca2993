import type { Claim, Hint } from '../../src/domain/order/hints.ts';
import { isHint, plainHint } from '../../src/workflows/contract/guards.ts';

const attempt = { of: 'authorization', id: 't-1', status: 'pending' } as const;
const hintOf = (claim: unknown) => ({ id: 'h', event: 'approved', status: '', claim }) as Hint;
const kept = (claim: unknown) => plainHint(hintOf(claim)).claim;

describe('a claim about one attempt', () => {
  test.each<Claim>([
    attempt,
    { ...attempt, group: 'g-1' },
    { ...attempt, ownId: 'own-1' },
    { ...attempt, isOnHold: true },
    { ...attempt, isTaken: true },
    { ...attempt, group: 'g-1', ownId: 'own-1', isOnHold: true },
  ])('keeps all names of it: %j', (claim) => {
    expect(isHint(hintOf(claim))).toBe(true);
    expect(kept({ ...claim, extra: [[]] })).toStrictEqual(claim);
  });

  test.each([
    { ...attempt, group: 7 },
    { ...attempt, group: null },
    { ...attempt, ownId: {} },
    { ...attempt, ownId: ['own-1'] },
    { ...attempt, isOnHold: 'yes' },
    { ...attempt, isOnHold: false },
    { ...attempt, isTaken: 1 },
    { ...attempt, id: undefined },
    { ...attempt, status: 'odd' },
  ])('of another shape is none: %j', (claim) => {
    expect(isHint(hintOf(claim))).toBe(false);
  });
});

test.each([
  { of: 'capture', id: 'c-1', status: 'approved' },
  { of: 'refund', id: 'r-1', status: 'rejected' },
])('the names of an attempt are not those of others: %j', (claim) => {
  expect(isHint(hintOf(claim))).toBe(true);
  expect(kept({ ...claim, group: 'g', ownId: 'o', isOnHold: true })).toStrictEqual(claim);
});
