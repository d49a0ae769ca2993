import type { ProviderFlag } from './findings.ts';
import type { Money } from './money.ts';

/** A deposit brings money to the merchant; a payout sends it away. */
export const kinds = ['deposit', 'payout'] as const;

export type Kind = (typeof kinds)[number];

/** How far one piece of money has come. Only `pending` is not settled. */
export const settlements = ['pending', 'approved', 'rejected', 'cancelled'] as const;

export type Settlement = (typeof settlements)[number];

export const movementKinds = ['authorization', 'capture', 'refund'] as const;

export type MovementKind = (typeof movementKinds)[number];

/** What proves a movement: a read of the provider, or a notification about a payment that a read has proven. */
export const evidences = ['read', 'notification'] as const;

/** One authorization, capture or refund, known by the provider's own id. Amounts are minor units; absent means unknown. */
export interface Movement {
  readonly kind: MovementKind;
  readonly id: string;
  readonly status: Settlement;
  readonly amount?: number;
  readonly currency?: string;
  /** The provider captured by itself, without a command. */
  readonly automatic?: true;
  /** The provider's id for all transactions of one payment. */
  readonly group?: string;
  /** Only a notification reports it, about a payment that a read has proven. */
  readonly evidence?: Exclude<(typeof evidences)[number], 'read'>;
}

/**
 * How far a payment has come at the provider, in this order. `unseen`: no read has found it. `absent`: the provider
 * knows none yet. `open`: it can begin or go on. `closed`: it cannot.
 */
export const presences = ['unseen', 'absent', 'open', 'closed'] as const;

export type Presence = Exclude<(typeof presences)[number], 'unseen'>;

/** The provider's summary of all captures or refunds of a payment. */
export type Summary = 'partial' | 'full';

/** What a provider says of one payment at one moment, in our terms. Adapters build it, `absorb` folds it. */
export interface Reading {
  readonly presence: Presence;
  /** The provider's status of the payment as a whole; absent while there is none. */
  readonly outcome?: Settlement;
  readonly captured?: Summary;
  readonly refunded?: Summary;
  /** What the session asks the shopper to pay. */
  readonly ordered?: Money;
  readonly movements: readonly Movement[];
  readonly reference?: string;
  readonly method?: string;
  /** What the provider says that a person should look at. */
  readonly flags?: readonly ProviderFlag[];
  /** When an authorization lapses, epoch milliseconds. */
  readonly expiresAt?: number;
  /** Status words that the adapter does not know; they become a finding and move nothing. */
  readonly unknown?: readonly string[];
}

/** Why a read gave no reading. The first three say something about the order, the rest about the way to the provider. */
const readFailures = [
  'unknown_session',
  'foreign_session',
  'malformed',
  'credentials',
  'rate_limited',
  'timeout',
  'unavailable',
  'refused',
] as const;

export type ReadFailure = (typeof readFailures)[number];

/** The answer of one provider read. A failure is an expected answer, not an exception. */
export type ReadResult =
  | { readonly ok: true; readonly reading: Reading; readonly attempts: number }
  | { readonly ok: false; readonly failure: ReadFailure; readonly detail: string; readonly attempts: number };

/** A movement as the facts hold it; `peak` is the highest amount that a read gave it once it was decided. */
export interface HeldMovement extends Movement {
  readonly peak?: number;
}

/** Everything that successful reads have shown of one payment, merged by `absorb`. */
export interface Facts {
  readonly presence: (typeof presences)[number];
  readonly outcome?: Settlement;
  readonly captured?: Summary;
  readonly refunded?: Summary;
  readonly ordered?: Money;
  /** By `movementKey`. */
  readonly movements: Readonly<Record<string, HeldMovement>>;
  readonly reference?: string;
  readonly method?: string;
  readonly flags?: readonly ProviderFlag[];
  readonly expiresAt?: number;
  readonly unknown?: readonly string[];
  /** Unpaid in time: the session was never completed, or the provider never knew it. */
  readonly lapsed?: true;
}

/** What the merchant registered: the terms an order is compared with. */
export interface Terms {
  readonly reference?: string;
  readonly expected: Money;
  readonly method?: string;
}

export const noFacts: Facts = { presence: 'unseen', movements: {} };

/** The key of a movement in `Facts.movements`: a provider's ids are unique only within their kind. */
export function movementKey(kind: MovementKind, id: string): string {
  return `${kind}:${id}`;
}

export function isSettled(status: Settlement): boolean {
  return status !== 'pending';
}
