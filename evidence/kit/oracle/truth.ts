import type { Kind } from '../../../src/domain/money/payment.ts';

export type { Kind };
export type Outcome = 'pending' | 'approved' | 'rejected' | 'cancelled';

/** One authorization, capture or refund. Minor units. */
export interface Entry {
  readonly kind: 'authorization' | 'capture' | 'refund';
  readonly id: string;
  readonly status: Outcome;
  readonly amount: number;
  readonly currency: string;
}

/** What is true of a payment at one moment, as the provider tells it. It shares no code with the product. */
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
  /** The provider used a word that the contract does not have: it may mean anything. */
  readonly hasUnknownWord?: true;
  /** Refunds that no read tells: only their hooks do. */
  readonly notified: readonly Entry[];
}

/** The truth of a payment that nobody has begun. */
export const nothing: Truth = { isOver: false, entries: [], notified: [] };
