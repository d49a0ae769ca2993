import type { Behaviour } from './behaviour.ts';
import type { Subscription } from './subscriptions.ts';
import type { Line, BriqpayOrder } from './lines.ts';
import type { EntryStatus, HookName, OrderStatus, OrderOutcome, SessionStatus } from './vocabulary.ts';

/** The state of a session. Immutable: every change is a new value, so that a read can show an older one. */
export interface Session {
  readonly sessionId: string;
  readonly createdAt: string;
  readonly status: SessionStatus;
  readonly customerType: string;
  readonly country: string;
  readonly locale: string;
  readonly references: Readonly<Record<string, string>>;
  readonly order: BriqpayOrder;
  readonly people: Readonly<Record<string, unknown>>;
  readonly hooks: readonly Subscription[];
  readonly behaviour: Behaviour;
  /** Absent until the shopper completes. */
  readonly outcome?: OrderOutcome;
  /** The order status that reads show in place of the derived one. */
  readonly word?: string;
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
  /** Reads do not list the entry. */
  readonly isHidden?: boolean;
  /** Reads list the entry without its id. */
  readonly isIdHidden?: boolean;
  /** Reads show the entry without its status, as the real Briqpay sometimes does. */
  readonly isStatusHidden?: boolean;
  readonly cart: readonly Line[];
}

export interface Transaction extends Entry {
  readonly transactionId: string;
  readonly expiresAt: string | null;
  readonly pspDisplayName: string;
  readonly autoCaptureEnabled: boolean;
}

interface Movement extends Entry {
  readonly parentTransactionId?: string;
}

export interface Capture extends Movement {
  readonly captureId: string;
  readonly autoCaptured: boolean;
}

export interface Refund extends Movement {
  readonly refundId: string;
  readonly parentCaptureId: string;
}

/** The hook of a change. */
export interface HookEvent {
  readonly event: HookName;
  readonly status: string;
  readonly captureId?: string;
  readonly refundId?: string;
  readonly autoCaptured?: boolean;
  readonly isPreExistingCapture?: boolean;
}

interface Ids {
  readonly transactionId?: string;
  readonly captureId?: string;
  readonly refundId?: string;
}

/** The result of a step: the new session, its hooks, and the ids that the step made or changed. */
export interface Change {
  readonly session: Session;
  readonly hooks: readonly HookEvent[];
  readonly ids: Ids;
}

/** The clock and the id generator of steps. */
export interface Source {
  readonly now: () => number;
  readonly uuid: () => string;
}

/** The order status that a read shows: the scripted word, else by the captured amount, else the outcome. */
export function orderStatusOf(session: Session): string | undefined {
  return session.word ?? derivedStatusOf(session);
}

function derivedStatusOf(session: Session): OrderStatus | undefined {
  const captured = sum(session.captures, ['approved']);
  if (captured === 0) return session.outcome;
  return captured >= authorizedOf(session) ? 'captured_full' : 'captured_partial';
}

/** The maximum of captures: the approved authorizations, else the amount of the order. */
export function authorizedOf(session: Session): number {
  return sum(session.transactions, ['approved']) || session.order.amountIncVat;
}

/** The sum with VAT of the entries in one of `statuses`. */
export function sum(entries: readonly Entry[], statuses: readonly EntryStatus[]): number {
  return entries
    .filter(({ status }) => statuses.includes(status))
    .reduce((total, { amountIncVat }) => total + amountIncVat, 0);
}

/** The statuses that count against a maximum: settled and pending. */
export const claimed = ['pending', 'approved'] as const satisfies readonly EntryStatus[];

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
