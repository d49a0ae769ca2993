import type { Behaviour } from './behaviour.ts';
import type { Subscription } from './subscriptions.ts';
import type { Line, Order } from './lines.ts';
import type { EntryStatus, HookName, OrderStatus, Outcome, SessionStatus } from './vocabulary.ts';

/** What a session is at one moment. Never changed in place: every change is a new value, so reads can lag. */
export interface Session {
  readonly sessionId: string;
  readonly createdAt: string;
  readonly status: SessionStatus;
  readonly customerType: string;
  readonly country: string;
  readonly locale: string;
  readonly references: Readonly<Record<string, string>>;
  readonly order: Order;
  readonly people: Readonly<Record<string, unknown>>;
  readonly hooks: readonly Subscription[];
  readonly behaviour: Behaviour;
  /** Absent until the shopper completes. */
  readonly outcome?: Outcome;
  readonly transactions: readonly Transaction[];
  readonly captures: readonly Capture[];
  readonly refunds: readonly Refund[];
  readonly paymentTags?: readonly string[] | Readonly<Record<string, boolean>>;
}

interface Entry {
  readonly status: EntryStatus;
  readonly amountIncVat: number;
  readonly amountExVat: number;
  readonly currency: string;
  readonly createdAt: string;
  readonly reservationId?: string;
  readonly cart: readonly Line[];
}

export interface Transaction extends Entry {
  readonly transactionId: string;
  readonly expiresAt: string | null;
  readonly pspDisplayName: string;
  readonly autoCaptureEnabled: boolean;
}

export interface Movement extends Entry {
  readonly parentTransactionId?: string;
  /** The read shows the entry without its status, as happens in the field. */
  readonly isStatusHidden: boolean;
}

export interface Capture extends Movement {
  readonly captureId: string;
  readonly autoCaptured: boolean;
}

export interface Refund extends Movement {
  readonly refundId: string;
  readonly parentCaptureId: string;
}

/** A hook that a change calls for; its fields beside event and status are the seed's. */
export interface HookEvent {
  readonly event: HookName;
  readonly status: string;
  readonly captureId?: string;
  readonly refundId?: string;
  readonly autoCaptured?: boolean;
  readonly isPreExistingCapture?: boolean;
}

export interface Ids {
  readonly transactionId?: string;
  readonly captureId?: string;
  readonly refundId?: string;
}

/** One step of a session's life: what it is now, the hooks that say so, and the ids that it made or touched. */
export interface Change {
  readonly session: Session;
  readonly hooks: readonly HookEvent[];
  readonly ids: Ids;
}

/** Where steps get their time and their ids. */
export interface Source {
  readonly now: () => number;
  readonly uuid: () => string;
}

/** The order status that a read shows: captured money first, else the outcome. */
export function orderStatusOf(session: Session): OrderStatus | undefined {
  const captured = sum(session.captures, ['approved']);
  if (captured === 0) return session.outcome;
  return captured >= authorizedOf(session) ? 'captured_full' : 'captured_partial';
}

/** The ceiling of captures: the approved authorizations, else what was ordered. */
export function authorizedOf(session: Session): number {
  return sum(session.transactions, ['approved']) || session.order.amountIncVat;
}

/** The sum with VAT of the entries in one of `statuses`. */
export function sum(entries: readonly Entry[], statuses: readonly EntryStatus[]): number {
  return entries
    .filter(({ status }) => statuses.includes(status))
    .reduce((total, { amountIncVat }) => total + amountIncVat, 0);
}

/** What counts against a ceiling: money taken, and money that may yet be. */
export const claimed = ['pending', 'approved'] as const satisfies readonly EntryStatus[];

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
