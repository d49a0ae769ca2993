import { isCapturedInFull, statusOf } from './status.ts';
import { isReleased } from './attempts.ts';
import type { Facts, HeldMovement } from './payment.ts';
import { movementsOf } from './payments.ts';

/**
 * The rejected captures or refunds that nothing has made up for: no later one of the same sum was approved, and the order
 * was neither captured in full, cancelled nor refunded in full since.
 */
export function uncuredFailures(facts: Facts, kind: 'capture' | 'refund'): readonly HeldMovement[] {
  if (isMadeUpFor(facts, kind)) return [];
  const cures = [...movementsOf(facts, kind, 'approved')];
  return bySince(movementsOf(facts, kind, 'rejected')).filter((failed) => {
    const cure = cures.findIndex((other) => isCureOf(failed, other));
    // One success makes up for one failure.
    if (cure >= 0) cures.splice(cure, 1);
    return cure < 0;
  });
}

function isMadeUpFor(facts: Facts, kind: 'capture' | 'refund'): boolean {
  if (kind === 'refund') return statusOf(facts, 'deposit') === 'refunded';
  return isCapturedInFull(facts) || facts.outcome === 'cancelled' || isReleased(facts);
}

function isCureOf(failed: HeldMovement, other: HeldMovement): boolean {
  return (
    other.since >= failed.since &&
    failed.amount !== undefined &&
    other.amount === failed.amount &&
    other.currency === failed.currency
  );
}

function bySince(movements: readonly HeldMovement[]): readonly HeldMovement[] {
  return movements.toSorted((a, b) => a.since - b.since);
}
