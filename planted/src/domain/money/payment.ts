import type { Money } from './money.ts';

/** A deposit brings money to the merchant; a payout sends it away. */
export type Kind = 'deposit' | 'payout';

/** How far one piece of money has come. Only `pending` is not settled. */
export type Settlement = 'pending' | 'approved' | 'rejected' | 'cancelled';

export type MovementKind = 'authorization' | 'capture' | 'refund';

/** One authorization, capture or refund, known by the provider's own id. Amounts are minor units; absent means unknown. */
export interface Movement {
  readonly kind: MovementKind;
  readonly id: string;
  readonly status: Settlement;
  readonly amount?: number;
  readonly currency?: string;
  /** The provider captured by itself, without a command. */
  readonly automatic?: true;
  /** What the provider files several transactions of one payment under. */
  readonly group?: string;
  /** It is known by a notification alone, about a payment that a read has proven; no read tells of it. */
  readonly evidence?: 'notification';
}

/** What can still happen at the provider: `absent` it knows nothing yet, `open` a payment can begin or go on, `closed` none can. */
export type Presence = 'absent' | 'open' | 'closed';

/** What a provider says of one payment at one moment, in the words of this house. Adapters build it, `absorb` folds it. */
export interface Reading {
  readonly presence: Presence;
  /** The provider's word on the payment as a whole; absent while there is none. */
  readonly outcome?: Settlement;
  /** The provider's word on captures as a whole, where it has one. */
  readonly captured?: 'partial' | 'full';
  /** The provider's word on refunds as a whole, where it has one. */
  readonly refunded?: 'partial' | 'full';
  /** What the session asks the shopper to pay. */
  readonly ordered?: Money;
  readonly movements: readonly Movement[];
  readonly reference?: string;
  readonly method?: string;
  /** A human at the provider or the merchant must look before goods move. */
  readonly onHold?: true;
  /** When an authorization lapses, epoch milliseconds. */
  readonly expiresAt?: number;
  /** Words the adapter does not know; they become a finding and move nothing. */
  readonly unknown?: readonly string[];
}

/** Why a read gave no reading. The first three say something about the order, the rest about the road to the provider. */
export type ReadFailure =
  | 'unknown_session'
  | 'foreign_session'
  | 'malformed'
  | 'credentials'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'refused';

/** The answer of one provider read. A failure is an expected answer, not an exception. */
export type ReadResult =
  | { readonly ok: true; readonly reading: Reading; readonly attempts: number }
  | { readonly ok: false; readonly failure: ReadFailure; readonly detail: string; readonly attempts: number };

/** A movement as the facts hold it; `peak` is the highest amount that a read gave it once it was decided. */
export interface HeldMovement extends Movement {
  readonly peak?: number;
}

/** Everything that successful reads have told about one payment, merged. */
export interface Facts {
  readonly presence: 'unseen' | Presence;
  readonly outcome?: Settlement;
  readonly captured?: 'partial' | 'full';
  readonly refunded?: 'partial' | 'full';
  readonly ordered?: Money;
  /** By `movementKey`. */
  readonly movements: Readonly<Record<string, HeldMovement>>;
  readonly reference?: string;
  readonly method?: string;
  readonly onHold?: true;
  readonly expiresAt?: number;
  readonly unknown?: readonly string[];
  /** Nobody paid in time: the session was never completed, or the provider never knew it. */
  readonly lapsed?: true;
}

/** What the merchant registered: the terms an order is compared with. */
export interface Terms {
  readonly reference?: string;
  readonly expected: Money;
  readonly method?: string;
}

export const noFacts: Facts = { presence: 'unseen', movements: {} };

/** Where a movement stands in `Facts.movements`: ids are only unique within their kind. */
export function movementKey(kind: MovementKind, id: string): string {
  return `${kind}:${id}`;
}

export function isSettled(status: Settlement): boolean {
  return status !== 'pending';
}

/** Marks a switch over a closed set as complete: the compiler objects when a member is missing. */
export function assertNever(value: never): never {
  throw new Error(`not a member of a closed set: ${JSON.stringify(value)}`);
}
