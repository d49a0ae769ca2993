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

/**
 * What proves a movement: a read of the provider; a notification, so far as the provider's word leaves room for it; a
 * person who confirmed it.
 */
export const evidences = ['read', 'notification', 'person'] as const;

/** One authorization, capture or refund, known by the provider's own id. Amounts are minor units; absent means unknown. */
export interface Movement {
  readonly kind: MovementKind;
  readonly id: string;
  /** Other ids of the provider for the same movement, such as that of its reservation. */
  readonly aliases?: readonly string[];
  /** The provider gave it no id, so a reading that does not list it has dropped it. */
  readonly isUnnamed?: true;
  readonly status: Settlement;
  readonly amount?: number;
  readonly currency?: string;
  /** The provider captured by itself, without a command. */
  readonly automatic?: true;
  /** The provider's id for all transactions of one payment. */
  readonly group?: string;
  /** When the provider says that it was created, epoch milliseconds. */
  readonly createdAt?: number;
  /** Of an authorization: when it lapses, epoch milliseconds. */
  readonly expiresAt?: number;
  /** Of a capture: it took its payment whole, whatever its amount, so nothing more can be captured. */
  readonly isWhole?: true;
  /** Of a capture: the provider's word about its refunds, where it lists none. */
  readonly refunded?: Summary;
  /** Of a refund that no read lists: the ids of the payment that it names. */
  readonly payments?: readonly string[];
  readonly evidence?: Exclude<(typeof evidences)[number], 'read'>;
}

/** A movement without its content: an id is unique only within its kind. */
export interface MovementRef {
  readonly kind: MovementKind;
  readonly id: string;
}

/**
 * How far a payment has come at the provider, in this order. `unseen`: no read has found it. `absent`: the provider
 * knows none yet. `open`: it can begin or go on. `closed`: it cannot.
 */
export const presences = ['unseen', 'absent', 'open', 'closed'] as const;

export type Presence = Exclude<(typeof presences)[number], 'unseen'>;

/** The provider's summary of all captures of an order, or of all refunds of a capture. */
type Summary = 'partial' | 'full';

/** What the provider says that a person should look at; `subject`: the id of what it says it about. */
export interface RaisedFlag {
  readonly code: ProviderFlag;
  readonly subject?: string;
}

/** What a provider says of one payment at one moment, in our terms. Adapters build it, `absorb` folds it. */
export interface Reading {
  readonly presence: Presence;
  /** The provider's word about the payment as a whole; absent where it has none. Entries come before it. */
  readonly outcome?: Settlement;
  /** The provider's word about all captures; absent with an `approved` outcome: nothing is captured. */
  readonly captured?: Summary;
  /** What the session asks the shopper to pay. */
  readonly ordered?: Money;
  readonly movements: readonly Movement[];
  /** Movements that the provider's entry excludes, such as the capture of a deposit that is only authorized. */
  readonly ruledOut?: readonly MovementRef[];
  readonly reference?: string;
  readonly method?: string;
  readonly flags?: readonly RaisedFlag[];
  /** Words about an outcome or money that the adapter does not know; they move nothing, and a person hears of them. */
  readonly unknown?: readonly string[];
  /** Words about anything else that the adapter does not know. */
  readonly unfamiliar?: readonly string[];
  /** Entries about money that cannot be read, by their id or place. */
  readonly unreadable?: readonly string[];
  /** Dates that money hangs on and that cannot be: in no calendar, or more than ten years away. */
  readonly badDates?: readonly string[];
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

/** A movement as the facts hold it. Times in epoch milliseconds. */
export interface HeldMovement extends Movement {
  /** The highest amount that a read gave it once it was decided. */
  readonly peak?: number;
  /** When a read first gave it its status. */
  readonly since: number;
  /** Of a pending one that the last reading does not list: when a reading last did. */
  readonly lastListedAt?: number;
  /** Of an attempt: it was given up, after no reading had listed it for long. */
  readonly isAbandoned?: true;
  /** Of an authorization: when its rest lapsed, since it had expired and a later read listed no capture. */
  readonly lapsedAt?: number;
  /** Of a refund that only a notification reports: the account believes those that fit. */
  readonly isTrusted?: true;
  /** Of a capture: it was approved, and the provider took that back. */
  readonly isTakenBack?: true;
}

/** Everything that successful reads have shown of one payment, merged by `absorb`. */
export interface Facts {
  readonly presence: (typeof presences)[number];
  readonly outcome?: Settlement;
  readonly captured?: Summary;
  readonly ordered?: Money;
  /** By `movementKey`. */
  readonly movements: Readonly<Record<string, HeldMovement>>;
  readonly reference?: string;
  readonly method?: string;
  readonly flags?: readonly RaisedFlag[];
  readonly unknown?: readonly string[];
  readonly unfamiliar?: readonly string[];
  readonly unreadable?: readonly string[];
  readonly badDates?: readonly string[];
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
