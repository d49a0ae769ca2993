import type { Proof } from '../money/notified-refunds.ts';
import { isSettled, movementKey, type Facts, type Settlement } from '../money/payment.ts';
import { assertNever } from '../values.ts';

/** What a hook can say about the shopper's session. */
export const sessionStatuses = ['opened', 'completed', 'closed'] as const;

/** What a hook says has happened, in our terms; only compared with readings, never believed. */
export type Claim =
  | { readonly of: 'payment'; readonly status: Settlement }
  /** One attempt to pay; after a failed one another may follow. */
  | {
      readonly of: 'authorization';
      readonly id: string;
      readonly status: Settlement;
      /** The provider's id for all transactions of the payment. */
      readonly group?: string;
      /** The id by which the provider can be asked for this attempt alone, where that is another one. */
      readonly ownId?: string;
      /** The attempt waits for a person. */
      readonly isOnHold?: true;
    }
  | { readonly of: 'capture' | 'refund'; readonly id: string; readonly status: Settlement }
  | { readonly of: 'session'; readonly status: (typeof sessionStatuses)[number] }
  /** Something changed, and the hook does not say what: each is worth a read, even one that looks like the last. */
  | { readonly of: 'change' }
  /** An event that the adapter does not know: worth a read, and compared with nothing. */
  | { readonly of: 'nothing' };

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
    case 'refund':
      return settlementStanding(claim.status, facts.movements[movementKey(claim.of, claim.id)]?.status);
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

/** Whether a claim is that an attempt failed which reads show as pending, while the payment has settled without it. */
export function isOvertakenAttempt(claim: Claim, { movements, outcome }: Facts): boolean {
  if (claim.of !== 'authorization' || claim.status === 'approved' || claim.status === 'pending') return false;
  const held = movements[movementKey('authorization', claim.id)]?.status;
  return held === 'pending' && outcome !== undefined && isSettled(outcome);
}

function paymentStanding(claimed: Settlement, facts: Facts): Standing {
  const hasCapture = Object.values(facts.movements).some(
    ({ kind, status }) => kind === 'capture' && status === 'approved',
  );
  if (claimed === 'approved' && (hasCapture || facts.captured)) return 'holds';
  // A cancel follows an approval: the hook is late, unless the provider approved again.
  if (claimed === 'approved' && facts.outcome === 'cancelled') return 'implied';
  return settlementStanding(claimed, facts.outcome);
}

/** A failed attempt says little about the order once another attempt has come further. */
function attemptStanding({ id, status }: { id: string; status: Settlement }, facts: Facts): Standing {
  const held = facts.movements[movementKey('authorization', id)]?.status;
  if (status === 'approved' && held === 'cancelled') return 'implied';
  if (held !== undefined || status === 'approved') return settlementStanding(status, held);
  if (status === facts.outcome) return 'holds';
  return facts.outcome === undefined ? 'news' : status === 'pending' ? 'overtaken' : 'implied';
}

function settlementStanding(claimed: Settlement, held: Settlement | undefined): Standing {
  if (held === claimed) return 'holds';
  return held !== undefined && isSettled(held) && claimed === 'pending' ? 'overtaken' : 'news';
}

function sessionStanding(claimed: (typeof sessionStatuses)[number], facts: Facts): Standing {
  const isPast = facts.outcome !== undefined || facts.presence === 'closed';
  if (claimed === 'opened') return facts.presence === 'open' ? 'holds' : isPast ? 'overtaken' : 'news';
  return isPast ? 'holds' : 'news';
}
