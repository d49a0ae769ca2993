import {
  type Attempt,
  type CashierSession,
  type BridgerpayOrder,
  newestOf,
  refundedOf,
  statusOf,
} from './order.ts';
import { isPaid } from './vocabulary.ts';

/** A summary of an order, without personal data, payload and tokens. Amounts are minor units. */
export function summaryOf(order: BridgerpayOrder) {
  const { orderId, kind, request, sessions, attempts, refunds } = order;
  const newest = newestOf(order);
  const paid = attempts.filter(({ status }) => isPaid(status));
  return {
    orderId,
    kind,
    method: request.method,
    status: newest ? statusOf(order, newest, true) : null,
    amount: request.amount,
    currency: request.currency,
    paid: paid.reduce((sum, { amount }) => sum + amount, 0),
    refunded: attempts.reduce((sum, attempt) => sum + refundedOf(order, attempt), 0),
    cashierSessions: sessions.map(({ sessionId, ...rest }) => ({
      cashierSessionId: sessionId,
      state: stateOf(rest),
    })),
    attempts: attempts.map(brief),
    refunds: refunds.map(({ refundId, attemptId, amount, currency }) => ({
      refundId,
      attemptId,
      amount,
      currency,
    })),
  };
}

function brief({ id, transactionId, pspOrderId, status, amount, currency }: Attempt) {
  return { id, transactionId, pspOrderId, status, amount, currency };
}

function stateOf({ openedAt, closedAt }: Pick<CashierSession, 'openedAt' | 'closedAt'>) {
  if (closedAt !== undefined) return 'closed';
  return openedAt === undefined ? 'created' : 'open';
}
