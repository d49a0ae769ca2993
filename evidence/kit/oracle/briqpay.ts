import { orderStatusOf, type Session } from '../../../sandbox/briqpay/session.ts';
import type { Entry, Outcome, Truth } from './truth.ts';

export const briqpayOutcomes = {
  order_pending: 'pending',
  order_approved_not_captured: 'approved',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
} as const satisfies Record<NonNullable<Session['outcome']>, Outcome>;

/** The truth of a session as the sandbox holds it. */
export function truthOfSession(session: Session): Truth {
  const { outcome, status, order, transactions, captures, refunds, references } = session;
  const word = orderStatusOf(session);
  // That of the transaction that paid: the transactions of one session all share it.
  const expiresAt = Date.parse(transactions.at(-1)?.expiresAt ?? '');
  return {
    // Once money was taken the provider says how much of it, and no longer what became of the rest.
    ...(outcome && { outcome: word?.startsWith('captured') ? 'approved' : briqpayOutcomes[outcome] }),
    isOver: status !== 'started',
    entries: [
      ...transactions.map((entry) => entryOf('authorization', entry.transactionId, entry)),
      ...captures.map((entry) => entryOf('capture', entry.captureId, entry)),
      ...refunds.map((entry) => entryOf('refund', entry.refundId, entry)),
    ],
    ordered: { amount: order.amountIncVat, currency: order.currency },
    ...(word === 'captured_full' && { capturedWord: 'full' }),
    ...(word === 'captured_partial' && { capturedWord: 'partial' }),
    ...(references['reference1'] !== undefined && { reference: references['reference1'] }),
    ...(Number.isFinite(expiresAt) && { expiresAt }),
    notified: [],
  };
}

type SessionEntry = Pick<Session['transactions'][number], 'status' | 'amountIncVat' | 'currency'>;

function entryOf(kind: Entry['kind'], id: string, { status, amountIncVat, currency }: SessionEntry): Entry {
  return { kind, id, status, amount: amountIncVat, currency };
}
