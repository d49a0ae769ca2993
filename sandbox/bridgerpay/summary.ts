import { type Attempt, type CashierSession, type Order, newestOf, refundedOf, statusOf } from './order.ts';
import { isPaid } from './vocabulary.ts';

/** An order in brief, for the people and tests that drive it: no personal data, no payload, no token. Minor units. */
export function summaryOf(order: Order) {
  const { orderId, kind, terms, sessions, attempts, refunds } = order;
  const newest = newestOf(order);
  const paid = attempts.filter(({ status }) => isPaid(status));
  return {
    orderId,
    kind,
    method: terms.method,
    status: newest ? statusOf(order, newest, true) : null,
    amount: terms.amount,
    currency: terms.currency,
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
