import { isAnyCaptured, isReleased, outcomeOf } from '../money/attempts.ts';
import { movementNamed } from '../money/joining.ts';
import { isSettled, type Facts, type HeldMovement, type Settlement } from '../money/payment.ts';
import { isRefundCounted, type Proof } from '../money/refunds.ts';
import { assertNever } from '../values.ts';

/** What a hook can say about the shopper's session. */
export const sessionStatuses = ['opened', 'completed', 'closed'] as const;

/** What a hook says has happened, in our terms; only compared with readings, never believed. */
export type Claim =
  | { readonly of: 'payment'; readonly status: Settlement }
  /** One attempt to pay; after a failed one another may follow. */
  | AttemptClaim
  | { readonly of: 'capture' | 'refund'; readonly id: string; readonly status: Settlement }
  | { readonly of: 'session'; readonly status: (typeof sessionStatuses)[number] }
  /** Something changed, and the hook does not say what: each is worth a read, even one that looks like the last. */
  | { readonly of: 'change' }
  /** An event that the adapter does not know: worth a read, and compared with nothing. */
  | { readonly of: 'nothing' };

/** What a hook says of one attempt, by the provider's id for it. */
export interface AttemptClaim {
  readonly of: 'authorization';
  readonly id: string;
  readonly status: Settlement;
  /** The provider's id for all transactions of the payment. */
  readonly group?: string;
  /** The id by which the provider's API reads this attempt alone. */
  readonly ownId?: string;
  /** The provider holds it until a person has looked. */
  readonly isOnHold?: true;
  /** Of an approved one: its money was taken, not only reserved. */
  readonly isTaken?: true;
}

/** One accepted hook as it travels to its order. */
export interface Hint {
  /** The digest of account and claim: copies of a hook share it. */
  readonly id: string;
  /** The provider's own words, for the timeline. */
  readonly event: string;
  readonly status: string;
  readonly claim: Claim;
  readonly proof?: Proof;
  /** The hook's trace as a W3C `traceparent`; no decision depends on it. */
  readonly traceparent?: string;
}

/** How a hook was settled; docs/understand.md says what each means. */
export const dispositions = [
  'applied',
  'duplicate',
  'stale',
  'contradicted',
  'ignored',
  'unmatched',
] as const;

export type Disposition = (typeof dispositions)[number];

/**
 * How a claim compares with the facts. `holds`: they say the same. `overtaken`: they say something later. `implied`:
 * they went past it by another way, which one read confirms. `news`: they lack it.
 */
export type Standing = 'holds' | 'overtaken' | 'implied' | 'news';

/** Compares a claim with the facts by what it implies: an order captured in full has been approved. */
export function standingOf(claim: Claim, facts: Facts): Standing {
  switch (claim.of) {
    case 'payment':
      return paymentStanding(claim.status, facts);
    case 'authorization':
      return attemptStanding(claim, facts);
    case 'capture':
      return settlementStanding(claim.status, movementNamed(facts.movements, 'capture', claim.id)?.status);
    case 'refund':
      return refundStanding(claim, facts);
    case 'session':
      return sessionStanding(claim.status, facts);
    case 'change':
    case 'nothing':
      return 'news';
    default:
      return assertNever(claim);
  }
}

/** The disposition of a claim after a read, by how it compares; undefined while another read may still confirm it. */
export function dispositionOf(claim: Claim, standing: Standing): Disposition | undefined {
  if (claim.of === 'nothing') return 'ignored';
  if (claim.of === 'change') return 'applied';
  // No read confirms that a shopper came or went; the hook has brought its read.
  if (claim.of === 'session' && claim.status !== 'completed')
    return standing === 'overtaken' ? 'stale' : 'applied';
  switch (standing) {
    case 'holds':
      return 'applied';
    case 'overtaken':
    case 'implied':
      return 'stale';
    case 'news':
      return undefined;
  }
}

/** Whether a claim is that an attempt is under way of which reads tell nothing: it may be over already, so it is never disputed. */
export function isUnlistedAttempt(claim: Claim, facts: Facts): boolean {
  if (claim.of !== 'authorization' || claim.status !== 'pending') return false;
  return !movementNamed(facts.movements, 'authorization', claim.id) && outcomeOf(facts) !== undefined;
}

/** Whether a claim is that an attempt failed which reads show as pending, while the payment has settled without it. */
export function isOvertakenAttempt(claim: Claim, facts: Facts): boolean {
  if (claim.of !== 'authorization' || claim.status === 'approved' || claim.status === 'pending') return false;
  const held = movementNamed(facts.movements, 'authorization', claim.id)?.status;
  const outcome = outcomeOf(facts);
  return held === 'pending' && outcome !== undefined && outcome !== 'pending';
}

function paymentStanding(claimed: Settlement, facts: Facts): Standing {
  const outcome = outcomeOf(facts);
  // The read has the same word, whatever the entries say beside it.
  if (facts.outcome === claimed) return 'holds';
  if (claimed === 'approved' && isAnyCaptured(facts)) return 'holds';
  // What was captured before a cancel stays, and so does the outcome.
  if (claimed === 'cancelled' && (facts.outcome === 'cancelled' || isReleased(facts))) return 'holds';
  // A cancel follows an approval: the hook is late, unless the provider approved again.
  if (claimed === 'approved' && outcome === 'cancelled') return 'implied';
  // While the session is open the shopper may have begun another attempt.
  if (claimed === 'pending' && outcome === 'rejected' && facts.presence !== 'closed') return 'implied';
  return settlementStanding(claimed, outcome === 'lapsed' ? 'pending' : outcome);
}

/** What is said of one attempt is news, or went past, by what is known of that attempt alone. */
function attemptStanding({ id, status, group, isOnHold, isTaken }: AttemptClaim, facts: Facts): Standing {
  const held = movementNamed(facts.movements, 'authorization', id);
  // An authorization and the approved entry of its group are one payment.
  const isGroupApproved = status === 'approved' && group !== undefined && hasApproved(facts, group);
  if (held) {
    if (status === 'approved' && held.status === 'cancelled') return 'implied';
    // What was only reserved may have been taken since.
    if (isTaken && held.status === 'approved' && !isTakenIn(facts, held)) return 'news';
    if (isGroupApproved && held.status === 'pending') return 'implied';
    const isKnownHold = facts.flags?.some(({ code }) => code === 'on_hold') === true;
    if (isOnHold && held.status === 'pending' && !isKnownHold) return 'implied';
    return settlementStanding(status, held.status);
  }
  if (isGroupApproved) return isTaken && !isTakenIn(facts, { id, group }) ? 'news' : 'implied';
  const outcome = outcomeOf(facts);
  // A new attempt is worth the whole ladder of re-reads while none has paid.
  if (status === 'approved' || outcome === undefined || (status === 'pending' && outcome !== 'approved'))
    return 'news';
  // That one more attempt failed changes nothing of a payment that failed.
  if (status === outcome && status !== 'pending') return 'holds';
  // Another attempt than those that reads list: one read shows whether the provider lists it now.
  return 'implied';
}

/** Whether a capture of this attempt, or of its group, is settled: also one that was taken back. */
function isTakenIn({ movements }: Facts, { id, group }: Pick<HeldMovement, 'id' | 'group'>): boolean {
  return Object.values(movements).some(
    (held) =>
      held.kind === 'capture' &&
      isSettled(held.status) &&
      (held.id === id || (group !== undefined && held.group === group)),
  );
}

function hasApproved({ movements }: Facts, group: string): boolean {
  return Object.values(movements).some(
    (held) => held.kind === 'authorization' && held.status === 'approved' && held.group === group,
  );
}

/** A refund that a notification tells holds only while it is part of the sums. */
function refundStanding({ id, status }: { id: string; status: Settlement }, facts: Facts): Standing {
  const held = movementNamed(facts.movements, 'refund', id);
  if (held?.evidence && !isRefundCounted(facts, held.id)) return 'news';
  return settlementStanding(status, held?.status);
}

function settlementStanding(claimed: Settlement, held: Settlement | undefined): Standing {
  if (held === claimed) return 'holds';
  return held !== undefined && isSettled(held) && claimed === 'pending' ? 'overtaken' : 'news';
}

function sessionStanding(claimed: (typeof sessionStatuses)[number], facts: Facts): Standing {
  const isPast = outcomeOf(facts) !== undefined || facts.presence === 'closed';
  if (claimed === 'opened') return facts.presence === 'open' ? 'holds' : isPast ? 'overtaken' : 'news';
  return isPast ? 'holds' : 'news';
}
