import type { Facts, HeldMovement, Kind } from './payment.ts';
import { isTaken, movementsOf, paymentsOf } from './payments.ts';
import { isCapturedInFull } from './status.ts';

/** How long an authorization holds where the provider names no end, in milliseconds. */
const authorizationLife = 30 * 24 * 3_600_000;

/** When an authorization expires, epoch milliseconds. */
export function expiryOf({ expiresAt, since }: HeldMovement): number {
  return expiresAt ?? since + authorizationLife;
}

/** The authorizations of which a part can still be captured, and so can lapse. Nothing of a payout can. */
export function expiringAuthorizations(facts: Facts, kind: Kind): readonly HeldMovement[] {
  if (kind === 'payout' || isCapturedInFull(facts) || facts.outcome === 'cancelled') return [];
  const open = paymentsOf(facts).filter((payment) => !isTaken(payment));
  return open
    .flatMap(({ authorizations }) => authorizations)
    .filter(({ status, lapsedAt }) => status === 'approved' && lapsedAt === undefined);
}

/**
 * Notes which authorizations have lapsed: those that expired at least `grace` ms before this read began, which lists no
 * capture under way.
 */
export function withLapses(facts: Facts, kind: Kind, readAt: number, grace: number): Facts {
  if (movementsOf(facts, 'capture', 'pending').length > 0) return facts;
  const lapsed = expiringAuthorizations(facts, kind).filter((held) => expiryOf(held) + grace <= readAt);
  if (lapsed.length === 0) return facts;
  const movements = Object.entries(facts.movements).map(
    ([key, held]) => [key, lapsed.includes(held) ? { ...held, lapsedAt: readAt } : held] as const,
  );
  return { ...facts, movements: Object.fromEntries(movements) };
}

/** Gives up the pending attempts that no reading has listed for so many milliseconds before this read began. */
export function withAbandoned(facts: Facts, readAt: number, after: number): Facts {
  const isDue = ({ kind, status, lastListedAt, isAbandoned }: HeldMovement) =>
    kind === 'authorization' &&
    status === 'pending' &&
    !isAbandoned &&
    lastListedAt !== undefined &&
    lastListedAt + after <= readAt;
  if (!Object.values(facts.movements).some(isDue)) return facts;
  const movements = Object.entries(facts.movements).map(
    ([key, held]) => [key, isDue(held) ? { ...held, isAbandoned: true as const } : held] as const,
  );
  return { ...facts, movements: Object.fromEntries(movements) };
}
