import type { AttemptStatus, Kind, Method, NotificationType, RefundType } from './vocabulary.ts';
import { isPaid } from './vocabulary.ts';

/** All that one order id stands for, at one moment. Never changed in place, so that reads can lag. */
export interface Order {
  /** The merchant's; a deposit and a payout may bear the same. */
  readonly orderId: string;
  readonly kind: Kind;
  /** Those of the newest session, or of the payout. */
  readonly terms: Terms;
  /** Oldest first; a payout has none. */
  readonly sessions: readonly CashierSession[];
  /** Transactions at a payment provider, oldest first; a deposit's read shows the newest alone. */
  readonly attempts: readonly Attempt[];
  readonly refunds: readonly Refund[];
}

/** What was asked for. Amounts are in minor units. */
export interface Terms {
  readonly amount: number;
  readonly currency: string;
  readonly country: string;
  readonly method: Method;
  /** The merchant's secret, echoed in notifications. */
  readonly payload: string | null;
  readonly platformId: string | null;
  readonly shopper: Shopper;
}

/** What the merchant told of the shopper; the cashier asks for the rest. */
export interface Shopper {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
}

export interface CashierSession {
  readonly sessionId: string;
  readonly terms: Terms;
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
}

export interface Refund {
  readonly refundId: string;
  /** BridgerPay's id of the deposit. */
  readonly attemptId: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: number;
}

/** A notification that a change calls for. */
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

/** One step of an order's life: what it is now, the notifications that say so, the ids that it made or touched. */
export interface Change {
  readonly order: Order;
  readonly hooks: readonly HookEvent[];
  readonly ids: Ids;
}

/** Where steps get their time and their ids. */
export interface Source {
  readonly now: () => number;
  readonly uuid: () => string;
}

export function keyOf(kind: Kind, orderId: string): string {
  return `${kind}:${orderId}`;
}

export function newestOf(order: Order): Attempt | undefined {
  return order.attempts.at(-1);
}

/** The session of `attempt`, else the newest. */
export function sessionOf(order: Order, attempt?: Attempt): CashierSession | undefined {
  const own = order.sessions.find(({ sessionId }) => sessionId === attempt?.sessionId);
  return own ?? order.sessions.at(-1);
}

export function refundedOf({ refunds }: Order, { id }: Attempt): number {
  return refunds.filter(({ attemptId }) => attemptId === id).reduce((sum, { amount }) => sum + amount, 0);
}

/** What a refund makes of its deposit. */
export function refundTypeOf(order: Order, attempt: Attempt): RefundType {
  return refundedOf(order, attempt) >= attempt.amount ? 'refunded' : 'partly_refunded';
}

/** A paid deposit that was refunded says so, where `showsRefunds`. */
export function statusOf(order: Order, attempt: Attempt, showsRefunds: boolean): AttemptStatus | RefundType {
  const isRefunded = isPaid(attempt.status) && refundedOf(order, attempt) > 0;
  return showsRefunds && isRefunded ? refundTypeOf(order, attempt) : attempt.status;
}

/** The order with `attempt` in the place of the one with its id, or as the newest. */
export function withAttempt(order: Order, attempt: Attempt): Order {
  const isKnown = order.attempts.some(({ id }) => id === attempt.id);
  const attempts = isKnown
    ? order.attempts.map((other) => (other.id === attempt.id ? attempt : other))
    : [...order.attempts, attempt];
  return { ...order, attempts };
}

/** A fresh transaction in the newest session. */
export function beginAttempt(order: Order, transactionId: string | undefined, source: Source): Attempt {
  const { amount, currency } = order.terms;
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

/** The transaction that an outcome without a name is of: the newest, unless a newer session waits for one. */
export function currentOf(order: Order): Attempt | undefined {
  const newest = newestOf(order);
  return newest?.sessionId === order.sessions.at(-1)?.sessionId ? newest : undefined;
}

/** The order that `terms` open, or the known one under new terms: a further session, a further payout. */
export function openOrder(
  known: Order | undefined,
  asked: Pick<Order, 'orderId' | 'kind' | 'terms'>,
  source: Source,
): Change {
  const order: Order = known
    ? { ...known, terms: asked.terms }
    : { ...asked, sessions: [], attempts: [], refunds: [] };
  if (order.kind === 'deposit') {
    const session: CashierSession = { sessionId: source.uuid(), terms: asked.terms };
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
