import type { Kind } from '../../../src/domain/money/payment.ts';
import type { ProviderHooks, ReadAttempt } from '../../../src/providers/provider.ts';
import type { Random } from '../../kit/random.ts';

export type Outcome = 'pending' | 'approved' | 'rejected' | 'cancelled';

/** One piece of money in the ledger of the truth. Minor units. */
export interface Entry {
  readonly kind: 'authorization' | 'capture' | 'refund';
  readonly id: string;
  readonly status: Outcome;
  readonly amount: number;
  readonly currency: string;
}

/** What is true of a payment at one moment, in plain sums: what the laws are about. It shares no code with the product. */
export interface Truth {
  readonly outcome?: Outcome;
  /** No payment can begin or go on any more. */
  readonly isOver: boolean;
  readonly entries: readonly Entry[];
  readonly ordered?: { readonly amount: number; readonly currency: string };
  /** The provider's own word on all captures or refunds together. */
  readonly capturedWord?: 'partial' | 'full';
  readonly refundedWord?: 'partial' | 'full';
  readonly reference?: string;
  readonly expiresAt?: number;
  /** The provider used a word that nobody here knows, so that it may mean anything. */
  readonly hasUnknownWord?: true;
  /** Refunds that no read tells of: they are known by their hooks alone. */
  readonly claim: readonly Entry[];
}

/** What a hook says, in the words of the simulator. */
export type Claim =
  | { readonly of: 'outcome'; readonly status: Outcome }
  | { readonly of: Entry['kind']; readonly id: string; readonly status: Outcome }
  | { readonly of: 'session'; readonly status: 'opened' | 'completed' | 'closed' }
  | { readonly of: 'nothing' };

/** A hook as it travels, and what it says. */
export interface WireHook {
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly claim: Claim;
  /** Money that no read tells of and that this hook is believed about, once a read has proven the payment. */
  readonly notified?: { readonly entry: Entry; readonly isWhole: boolean } | undefined;
}

/** From when on something is true, and what the provider sends and shows from then on. */
export interface Moment {
  readonly at: number;
  readonly what: string;
  readonly hooks: readonly WireHook[];
  readonly truth: Truth;
  /** What a read gets, through the product's own parser. */
  readonly full: ReadAttempt;
  /** The same from a copy of the provider's that lacks something. */
  readonly poor: ReadAttempt;
}

/** One payment at one provider, from beginning to end. */
export interface World {
  readonly hooks: ProviderHooks;
  readonly kind: Kind;
  readonly key: string;
  /** What the shopper was asked to pay. */
  readonly ordered: { readonly amount: number; readonly currency: string };
  /** In order of time; none where the provider never knew the payment. */
  readonly moments: readonly Moment[];
  /** What a read gets before the first moment. */
  readonly before: ReadAttempt;
  /** The truth before the first moment; absent where a read then tells nothing at all. */
  readonly truthBefore?: Truth;
  /** Some money was settled one way and then the other. */
  readonly hasReversal: boolean;
  /** Hooks that anybody could invent. */
  readonly forgeries: readonly WireHook[];
  /** One more of these, unlike all others. */
  readonly newForgery: (random: Random) => WireHook;
}

export const nothing: Truth = { isOver: false, entries: [], claim: [] };

/** Which moment of the world it is; -1 before the first. */
export function momentAt({ moments }: World, at: number): number {
  return moments.findLastIndex((moment) => moment.at <= at);
}

/**
 * How what a hook says stands to a truth: `so` it is true, `past` it was pending on the way to it, `implied` it was true on
 * the way to it, `else` it is not true.
 */
export type Standing = 'holds' | 'overtaken' | 'implied' | 'unproven';

export function standingOf(claim: Claim, truth: Truth): Standing {
  switch (claim.of) {
    case 'nothing':
      return 'unproven';
    case 'session':
      return truth.outcome !== undefined || truth.isOver
        ? claim.status === 'opened'
          ? 'overtaken'
          : 'holds'
        : 'unproven';
    case 'authorization': {
      const held = truth.entries.find(({ kind, id }) => kind === 'authorization' && id === claim.id)?.status;
      if (claim.status === 'approved' && held === 'cancelled') return 'implied';
      if (held !== undefined || claim.status === 'approved') return compare(claim.status, held);
      // An attempt that is not shown any more says little, once another one has come further.
      const stands = compare(claim.status, truth.outcome);
      return stands === 'unproven' && truth.outcome !== undefined ? 'implied' : stands;
    }
    case 'outcome': {
      const hasCapture = hasApproved(truth, 'capture') || truth.capturedWord !== undefined;
      if (claim.status === 'approved' && hasCapture) return 'holds';
      if (claim.status === 'approved' && truth.outcome === 'cancelled') return 'implied';
      return compare(claim.status, truth.outcome);
    }
    default:
      return compare(
        claim.status,
        [...truth.entries, ...truth.claim].find(({ kind, id }) => kind === claim.of && id === claim.id)
          ?.status,
      );
  }
}

function compare(claimed: Outcome, held: Outcome | undefined): Standing {
  if (claimed === held) return 'holds';
  return claimed === 'pending' && held !== undefined ? 'overtaken' : 'unproven';
}

function hasApproved({ entries }: Truth, wanted: Entry['kind']): boolean {
  return entries.some(({ kind, status }) => kind === wanted && status === 'approved');
}
