import type { Kind } from '../../../src/domain/money/payment.ts';

export type { Kind };
export type Outcome = 'pending' | 'approved' | 'rejected' | 'cancelled';
export type Summary = 'partial' | 'full';

/** One authorization, capture or refund, by what it truly is, whatever a read calls it. Minor units; absent is unknown. */
export interface Entry {
  readonly kind: 'authorization' | 'capture' | 'refund';
  readonly id: string;
  readonly status: Outcome;
  readonly amount?: number | undefined;
  readonly currency?: string | undefined;
  /** Reads list it without an id. */
  readonly isUnnamed?: boolean;
  /** The provider's id of the payment that it belongs to, together with others. */
  readonly group?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  readonly expiresAt?: number;
  /** Of a capture: its provider took the payment whole by it. */
  readonly isWhole?: boolean;
  /** Of a capture: the provider's word about its refunds. */
  readonly refunded?: Summary;
}

/** What is true of a payment at one moment, as the provider tells it. It shares no code with the product. */
export interface Truth {
  /** The provider's word about the payment as a whole; absent where it has none. */
  readonly outcome?: Outcome;
  /** No payment can begin or go on any more. */
  readonly isOver: boolean;
  /** The provider knows no payment yet. */
  readonly isAbsent?: boolean;
  readonly entries: readonly Entry[];
  /** Captures that the provider's entry excludes, by id: nothing of them is taken or under way. */
  readonly excluded?: readonly string[];
  readonly ordered?: { readonly amount: number; readonly currency: string };
  /** The provider's own word on all captures together. */
  readonly capturedWord?: Summary;
  readonly reference?: string;
  /** The words of an outcome that the contract does not have: they may mean anything. */
  readonly unknownWords?: readonly string[];
  /** Some entry about money cannot be read. */
  readonly hasUnreadable?: boolean;
  /** What the provider asks a person to look at, by code, with the id of what it is about. */
  readonly flags?: readonly { readonly code: 'on_hold' | 'chargeback'; readonly id: string }[];
  /** By the provider's own ids: attempts that no read of the order lists, as a read by such an id tells them. */
  readonly further?: Readonly<Record<string, Truth>>;
}

/** The truth of a payment that nobody has begun. */
export const nothing: Truth = { isOver: false, isAbsent: true, entries: [] };
