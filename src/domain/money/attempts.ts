import { movementsOf } from './payments.ts';
import { settlements, type Facts, type HeldMovement, type Settlement } from './payment.ts';

/** How the payment stands as a whole. `lapsed`: its last attempt was given up, since no read listed it for long. */
export type Outcome = Settlement | 'lapsed';

/**
 * The outcome by the attempts: approved where any is, else pending where any is, else as the last one ended. The
 * provider's word decides only what no entry can tell: a payment without attempts, a cancel, the next attempt of a
 * session that is still open. While money is in flight there is no end.
 */
export function outcomeOf(facts: Facts): Outcome | undefined {
  const isApproved = movementsOf(facts, 'authorization', 'approved').length > 0;
  if (isAnyCaptured(facts)) return 'approved';
  if (!isApproved && pendingAttempts(facts).length > 0) return 'pending';
  if (facts.outcome === 'cancelled' && inFlight(facts).length === 0) return 'cancelled';
  if (isApproved) return 'approved';
  const end = endOf(facts);
  return end !== 'approved' && inFlight(facts).length > 0 ? 'pending' : end;
}

/** How the payment ended where no attempt is approved or pending. */
function endOf(facts: Facts): Outcome | undefined {
  const { outcome: word, presence } = facts;
  const last = lastOf(attemptsOf(facts));
  // While a session is open a rejection ends one attempt; the next one may not be listed yet.
  if (!last || (word === 'pending' && presence !== 'closed')) return word;
  // An attempt that is listed no longer tells nothing where the provider has a word.
  return last.isAbandoned ? (word ?? 'lapsed') : last.status;
}

/**
 * Whether captures show that money was taken, or the provider's word says so, it lists none, and an attempt that could
 * have paid stands or was released since.
 */
export function isAnyCaptured(facts: Facts): boolean {
  const all = movementsOf(facts, 'capture', ...settlements);
  if (all.length > 0) return all.some(({ status }) => status === 'approved');
  const attempts = attemptsOf(facts);
  return (
    facts.captured !== undefined &&
    (attempts.length === 0 || attempts.some(({ status }) => status === 'approved' || status === 'cancelled'))
  );
}

/** Whether an attempt was released, and none is approved or pending. */
export function isReleased(facts: Facts): boolean {
  const hasAny = movementsOf(facts, 'authorization', 'cancelled').length > 0;
  return hasAny && movementsOf(facts, 'authorization', 'approved', 'pending').length === 0;
}

/** The attempts to pay that reads have listed. */
export function attemptsOf(facts: Facts): readonly HeldMovement[] {
  return movementsOf(facts, 'authorization', ...settlements);
}

/** The attempts that the provider has not decided about; one that was given up is none of them. */
export function pendingAttempts(facts: Facts): readonly HeldMovement[] {
  return movementsOf(facts, 'authorization', 'pending').filter(({ isAbandoned }) => !isAbandoned);
}

/** The movements that the provider has not decided about. */
export function inFlight(facts: Facts): readonly HeldMovement[] {
  return [
    ...pendingAttempts(facts),
    ...movementsOf(facts, 'capture', 'pending'),
    ...movementsOf(facts, 'refund', 'pending'),
  ];
}

/** The attempt that the provider created last; of those created together the one with the highest id. */
function lastOf(attempts: readonly HeldMovement[]): HeldMovement | undefined {
  return attempts.toSorted((a, b) => createdAt(a) - createdAt(b) || (a.id < b.id ? -1 : 1)).at(-1);
}

function createdAt({ createdAt: told, since }: HeldMovement): number {
  return told ?? since;
}
