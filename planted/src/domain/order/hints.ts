import {
  assertNever,
  isSettled,
  movementKey,
  type Facts,
  type Movement,
  type Settlement,
} from '../money/payment.ts';

/** What a hook says has happened, in the words of this house. It is never believed; it is compared with what reads tell. */
export type Claim =
  | { readonly of: 'payment'; readonly status: Settlement }
  /** One attempt to pay; a failed one may be followed by another. */
  | { readonly of: 'authorization'; readonly id: string; readonly status: Settlement }
  | { readonly of: 'capture' | 'refund'; readonly id: string; readonly status: Settlement }
  | { readonly of: 'session'; readonly status: 'opened' | 'completed' | 'closed' }
  /** That something changed, and not what: each one is worth a read, also when it looks like the last. */
  | { readonly of: 'change' }
  /** An event that nobody here understands: worth a read, compared with nothing. */
  | { readonly of: 'nothing' };

/**
 * What a hook tells that no read can: a refund, at a provider that has none to read. It counts only about a payment that
 * a read has proven, one of these by the provider's transaction or group id.
 */
export interface Proof {
  readonly movement: Movement;
  /** The whole payment went back, whatever parts went before. */
  readonly isWhole?: true;
  readonly payments: readonly string[];
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
  /** Where the hook was traced, as W3C writes it. It comes along, and nothing in here looks at it. */
  readonly traceparent?: string;
}

/** What became of a hook, for whoever asks why it did nothing. */
export type Disposition = 'applied' | 'duplicate' | 'stale' | 'contradicted' | 'ignored' | 'unmatched';

/**
 * How a claim stands to the facts: `holds` they say so too; `overtaken` they say what comes after it; `implied` they are
 * past it by another road, which one read confirms; `news` they do not have it.
 */
export type Standing = 'holds' | 'overtaken' | 'implied' | 'news';

/** Compares a claim with the facts. Equality is not asked for: an order captured in full has been approved. */
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

/** The disposition of a claim that stands so after a read: undefined while another read may still confirm it. */
export function dispositionOf(claim: Claim, standing: Standing): Disposition | undefined {
  if (claim.of === 'nothing') return 'ignored';
  if (claim.of === 'change') return 'applied';
  // That a shopper came or went is not for a read to confirm; what the read told counts either way.
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

/** An attempt that is told to have failed, and was pending when last seen; the payment has come to its outcome without it. */
export function isPassed(claim: Claim, { movements, outcome }: Facts): boolean {
  if (claim.of !== 'authorization' || claim.status === 'approved' || claim.status === 'pending') return false;
  const held = movements[movementKey('authorization', claim.id)]?.status;
  return held === 'pending' && outcome !== undefined && isSettled(outcome);
}

function paymentStanding(claimed: Settlement, facts: Facts): Standing {
  const hasCapture = Object.values(facts.movements).some(
    ({ kind, status }) => kind === 'capture' && status === 'approved',
  );
  if (claimed === 'approved' && (hasCapture || facts.captured)) return 'holds';
  // A cancel follows an approval: the hook is late, unless the provider thought again.
  if (claimed === 'approved' && facts.outcome === 'cancelled') return 'implied';
  return settlementStanding(claimed, facts.outcome);
}

/** An attempt that failed says little about the order once another one has come further. */
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

function sessionStanding(claimed: 'opened' | 'completed' | 'closed', facts: Facts): Standing {
  const isPast = facts.outcome !== undefined || facts.presence === 'closed';
  if (claimed === 'opened') return facts.presence === 'open' ? 'holds' : isPast ? 'overtaken' : 'news';
  return isPast ? 'holds' : 'news';
}
