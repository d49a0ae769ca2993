import { type Session, authorizedOf, orderStatusOf, sum } from './session.ts';

/** A summary of a session, without personal data and tokens. */
export function summaryOf(session: Session) {
  const { sessionId, status, references, order, transactions, captures, refunds } = session;
  return {
    sessionId,
    status,
    orderStatus: orderStatusOf(session) ?? null,
    references,
    currency: order.currency,
    amount: order.amountIncVat,
    authorized: sum(transactions, ['approved']) === 0 ? 0 : authorizedOf(session),
    captured: sum(captures, ['approved']),
    refunded: sum(refunds, ['approved']),
    transactions: transactions.map(({ transactionId, ...rest }) => ({ transactionId, ...brief(rest) })),
    captures: captures.map(({ captureId, ...rest }) => ({ captureId, ...brief(rest) })),
    refunds: refunds.map(({ refundId, parentCaptureId, ...rest }) => ({
      refundId,
      parentCaptureId,
      ...brief(rest),
    })),
  };
}

function brief({ status, amountIncVat }: { status: string; amountIncVat: number }) {
  return { status, amountIncVat };
}
