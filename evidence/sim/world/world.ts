import type { ProviderHooks, ReadAttempt } from '../../../src/providers/provider.ts';
import type { Claim } from '../../kit/oracle/claims.ts';
import type { RefundClaim } from '../../kit/oracle/told.ts';
import type { Kind, Truth } from '../../kit/oracle/truth.ts';
import type { Random } from '../../kit/random.ts';

/** A hook as it is sent, and what it claims. */
export interface WireHook {
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly claim: Claim;
  /** A refund that only this hook tells: a claim about a payment. */
  readonly notified?: RefundClaim | undefined;
}

/** A state of the payment from a time on, with the hooks that announce it. */
export interface Moment {
  readonly at: number;
  readonly what: string;
  readonly hooks: readonly WireHook[];
  readonly truth: Truth;
  /** What a read answers, through the product's own parser. */
  readonly full: ReadAttempt;
  /** The same with parts left out, as some reads are. */
  readonly poor: ReadAttempt;
  /** The full answer, where the product asks for further attempts by the provider's own ids. */
  readonly withAttempts?: (ids: readonly string[]) => ReadAttempt;
}

/** One payment at one provider, from beginning to end. */
export interface World {
  readonly hooks: ProviderHooks;
  readonly kind: Kind;
  readonly key: string;
  /** What the shopper is to pay. */
  readonly ordered: { readonly amount: number; readonly currency: string };
  /** In order of time; none where the provider never knew the payment. */
  readonly moments: readonly Moment[];
  /** What a read answers before the first moment. */
  readonly before: ReadAttempt;
  /** The truth before the first moment; absent where such a read fails. */
  readonly truthBefore?: Truth;
  /** Hooks that the provider never sent. */
  readonly forgeries: readonly WireHook[];
  /** Draws one more of these, unlike all others. */
  readonly newForgery: (random: Random) => WireHook;
}

/** The index of the moment at a time; -1 before the first. */
export function momentAt({ moments }: World, at: number): number {
  return moments.findLastIndex((moment) => moment.at <= at);
}
