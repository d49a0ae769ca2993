import { isAnyCaptured, isClaimCounted, isReleased, outcomeIn } from './expected.ts';
import type { Told } from './told.ts';
import type { Entry, Outcome } from './truth.ts';

/** What a hook claims. */
export type Claim =
  | { readonly of: 'outcome'; readonly status: Outcome }
  | {
      readonly of: Entry['kind'];
      readonly id: string;
      readonly status: Outcome;
      /** The provider's id of the payment that it belongs to. */
      readonly group?: string;
      /** The provider holds it until a person has looked. */
      readonly isOnHold?: boolean;
      /** Of an approved one: its money was taken, not only reserved. */
      readonly isTaken?: boolean;
    }
  | { readonly of: 'session'; readonly status: 'opened' | 'completed' | 'closed' }
  | { readonly of: 'nothing' };

/**
 * How a claim stands to what was told: it `holds`; it is `overtaken`, as pending is by the outcome; it is `implied`, since
 * it was true on the way, or nothing depends on it; or it is `unproven`.
 */
export type Standing = 'holds' | 'overtaken' | 'implied' | 'unproven';

export function standingOf(claim: Claim, told: Told): Standing {
  const outcome = outcomeIn(told);
  switch (claim.of) {
    case 'nothing':
      return 'unproven';
    case 'session':
      if (outcome === undefined && !told.isOver) return 'unproven';
      return claim.status === 'opened' ? 'overtaken' : 'holds';
    case 'authorization':
      return attemptStanding(claim, told);
    case 'outcome': {
      if (claim.status === told.outcome) return 'holds';
      if (claim.status === 'approved' && isAnyCaptured(told)) return 'holds';
      // A cancel after a capture releases the rest and unsays nothing.
      if (claim.status === 'cancelled' && (told.outcome === 'cancelled' || isReleased(told))) return 'holds';
      if (claim.status === 'approved' && outcome === 'cancelled') return 'implied';
      // The shopper may have begun another attempt, which reads do not list yet.
      if (claim.status === 'pending' && outcome === 'rejected' && !told.isOver) return 'implied';
      return compare(claim.status, outcome === 'lapsed' ? 'pending' : outcome);
    }
    case 'refund':
      if (isClaimCounted(told, claim.id)) return 'holds';
      return compare(claim.status, heldOf(claim, told)?.status);
    case 'capture':
      return compare(claim.status, heldOf(claim, told)?.status);
  }
}

/** What is said of one attempt is compared with that attempt; of one that no read lists it is news, or nothing depends on it. */
function attemptStanding(claim: Extract<Claim, { of: Entry['kind'] }>, told: Told): Standing {
  const held = heldOf(claim, told);
  const hasApproved = told.entries.some(
    ({ kind, status, group }) =>
      kind === 'authorization' && status === 'approved' && group !== undefined && group === claim.group,
  );
  if (held) {
    if (claim.status === 'approved' && held.status === 'cancelled') return 'implied';
    if (claim.isTaken && held.status === 'approved' && !isTakenIn(told, held)) return 'unproven';
    if (claim.status === 'approved' && held.status === 'pending' && hasApproved) return 'implied';
    const isKnownHold = told.flags?.some(({ code }) => code === 'on_hold') === true;
    if (claim.isOnHold && held.status === 'pending' && !isKnownHold) return 'implied';
    return compare(claim.status, held.status);
  }
  const outcome = outcomeIn(told);
  if (claim.status === 'approved')
    return hasApproved && (!claim.isTaken || isTakenIn(told, claim)) ? 'implied' : 'unproven';
  if (outcome === undefined || (claim.status === 'pending' && outcome !== 'approved')) return 'unproven';
  return claim.status === outcome && outcome !== 'pending' ? 'holds' : 'implied';
}

/** Whether a capture of this attempt, or of its group, is settled. */
function isTakenIn(
  { entries }: Told,
  { id, group }: { readonly id: string; readonly group?: string | undefined },
): boolean {
  return entries.some(
    (entry) =>
      entry.kind === 'capture' &&
      entry.status !== 'pending' &&
      (entry.id === id || (group !== undefined && entry.group === group)),
  );
}

function heldOf({ of, id }: Extract<Claim, { of: Entry['kind'] }>, { entries }: Told) {
  return entries.find((entry) => entry.kind === of && entry.id === id);
}

function compare(claimed: Outcome, held: Outcome | undefined): Standing {
  if (claimed === held) return 'holds';
  return claimed === 'pending' && held !== undefined ? 'overtaken' : 'unproven';
}
