import type { AttemptStatus, Kind, Method, NotificationType, RefundType } from './vocabulary.ts';
import { isPaid } from './vocabulary.ts';

/** The state of an order. Immutable: every change is a new value, so that a read can show an older one. */
export interface BridgerpayOrder {
  /** The merchant's id. A deposit and a payout may share one. */
  readonly orderId: string;
  readonly kind: Kind;
  /** The request of the newest session, or of the payout. */
  readonly request: PaymentRequest;
  /** Oldest first; a payout has none. */
  readonly sessions: readonly CashierSession[];
  /** The transactions, oldest first. A read of a deposit shows only the newest. */
  readonly attempts: readonly Attempt[];
  readonly refunds: readonly Refund[];
}

/** The payment that the merchant requested. Amounts are minor units. */
export interface PaymentRequest {
  readonly amount: number;
  readonly currency: string;
  readonly country: string;
  readonly method: Method;
  /** The merchant's secret, echoed in notifications. */
  readonly payload: string | null;
  readonly platformId: string | null;
  readonly shopper: Shopper;
}

/** What the merchant sent about the shopper; the cashier asks the shopper for the rest. */
export interface Shopper {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
}

export interface CashierSession {
  readonly sessionId: string;
  readonly request: PaymentRequest;
  readonly openedAt?: number;
  readonly closedAt?: number;
}

export interface Attempt {
  /** BridgerPay's id: `refund_id` of an approved notification, the `id` of a payout. */
  readonly id: string;
  /** The payment provider's ids of the transaction and of its group. */
  readonly transactionId: string;
  readonly pspOrderId: string;
  readonly sessionId?: string | undefined;
  readonly status: AttemptStatus;
  readonly amount: number;
  readonly currency: string;
  readonly declineCode: string | number | null;
  readonly declineReason: string | null;
  readonly createdAt: number;
  /** The status that reads show in place of its own. */
  readonly word?: string | undefined;
  /** No read knows the transaction. */
  readonly isHidden?: boolean;
  /** Reads and notifications have null as its id. */
  readonly isIdHidden?: boolean;
}

export interface Refund {
  readonly refundId: string;
  /** BridgerPay's id of the deposit. */
  readonly attemptId: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: number;
}

/** The notification of a change. */
export interface HookEvent {
  readonly type: NotificationType;
  readonly session?: CashierSession | undefined;
  readonly attempt?: Attempt;
  readonly refund?: Refund;
}

export interface Ids {
  readonly cashierSessionId?: string;
  readonly id?: string;
  readonly transactionId?: string;
  readonly refundId?: string;
}

/** The result of a step: the new order, its notifications, and the ids that the step made or changed. */
export interface Change {
  readonly order: BridgerpayOrder;
  readonly hooks: readonly HookEvent[];
  readonly ids: Ids;
}

/** The clock and the id generator of steps. */
export interface Source {
  readonly now: () => number;
  readonly uuid: () => string;
}

export function keyOf(kind: Kind, orderId: string): string {
  return `${kind}:${orderId}`;
}

export function newestOf(order: BridgerpayOrder): Attempt | undefined {
  return order.attempts.at(-1);
}

/** The transactions that reads know, oldest first. */
export function shownAttempts({ attempts }: BridgerpayOrder): Attempt[] {
  return attempts.filter(({ isHidden }) => !isHidden);
}

/** The payment provider's id of the transaction, as reads and notifications show it. */
export function shownIdOf({ transactionId, isIdHidden }: Attempt): string | null {
  return isIdHidden ? null : transactionId;
}

/** The session of `attempt`, else the newest. */
export function sessionOf(order: BridgerpayOrder, attempt?: Attempt): CashierSession | undefined {
  const own = order.sessions.find(({ sessionId }) => sessionId === attempt?.sessionId);
  return own ?? order.sessions.at(-1);
}

export function refundedOf({ refunds }: BridgerpayOrder, { id }: Attempt): number {
  return refunds.filter(({ attemptId }) => attemptId === id).reduce((sum, { amount }) => sum + amount, 0);
}

/** The status of a deposit with refunds. */
export function refundTypeOf(order: BridgerpayOrder, attempt: Attempt): RefundType {
  return refundedOf(order, attempt) >= attempt.amount ? 'refunded' : 'partly_refunded';
}

/** The status that a read shows: the scripted word, else the transaction's. With `showsRefunds`, a refunded deposit has the status of its refunds. */
export function statusOf(order: BridgerpayOrder, attempt: Attempt, showsRefunds: boolean): string {
  if (attempt.word !== undefined) return attempt.word;
  const isRefunded = isPaid(attempt.status) && refundedOf(order, attempt) > 0;
  return showsRefunds && isRefunded ? refundTypeOf(order, attempt) : attempt.status;
}

/** The order with `attempt` in the place of the one with its id, or as the newest. */
export function withAttempt(order: BridgerpayOrder, attempt: Attempt): BridgerpayOrder {
  const isKnown = order.attempts.some(({ id }) => id === attempt.id);
  const attempts = isKnown
    ? order.attempts.map((other) => (other.id === attempt.id ? attempt : other))
    : [...order.attempts, attempt];
  return { ...order, attempts };
}

/** A fresh transaction in the newest session. */
export function beginAttempt(
  order: BridgerpayOrder,
  transactionId: string | undefined,
  source: Source,
): Attempt {
  const { amount, currency } = order.request;
  return {
    id: source.uuid(),
    transactionId: transactionId ?? source.uuid().replaceAll('-', ''),
    pspOrderId: source.uuid().replaceAll('-', ''),
    sessionId: order.sessions.at(-1)?.sessionId,
    status: order.kind === 'payout' ? 'pending' : 'in_process',
    amount,
    currency,
    declineCode: null,
    declineReason: null,
    createdAt: source.now(),
  };
}

/** The transaction of an action that names none: the newest, unless a newer session has no transaction yet. */
export function currentOf(order: BridgerpayOrder): Attempt | undefined {
  const newest = newestOf(order);
  return newest?.sessionId === order.sessions.at(-1)?.sessionId ? newest : undefined;
}

/** Opens an order, or a further session or payout of a known one. */
export function openOrder(
  known: BridgerpayOrder | undefined,
  asked: Pick<BridgerpayOrder, 'orderId' | 'kind' | 'request'>,
  source: Source,
): Change {
  const order: BridgerpayOrder = known
    ? { ...known, request: asked.request }
    : { ...asked, sessions: [], attempts: [], refunds: [] };
  if (order.kind === 'deposit') {
    const session: CashierSession = { sessionId: source.uuid(), request: asked.request };
    return {
      order: { ...order, sessions: [...order.sessions, session] },
      hooks: [],
      ids: { cashierSessionId: session.sessionId },
    };
  }
  const attempt = beginAttempt(order, undefined, source);
  return { order: withAttempt(order, attempt), hooks: [], ids: idsOf(attempt) };
}

export function idsOf({ id, transactionId, sessionId }: Attempt): Ids {
  return { id, transactionId, ...(sessionId !== undefined && { cashierSessionId: sessionId }) };
}
