import type { Movement, Reading, Settlement } from '../../domain/money/payment.ts';
import type { Entry, Session, Transaction } from './schemas.ts';
import { lookUp } from '../words.ts';
import { entryStatuses, orderStatuses, sessionStatuses } from './vocabulary.ts';

/**
 * A Briqpay session as a reading. The order status gives the outcome, the entries give the amounts. An unknown word changes
 * nothing and is reported in `unknown`.
 */
export function readingOf(session: Session): Reading {
  const unknown: string[] = [];
  const word = session.moduleStatus?.payment?.orderStatus;
  const known = lookUp(orderStatuses, word);
  if (word !== undefined && !known) unknown.push(word);
  const transactions = session.data?.transactions ?? [];
  const outcome =
    known?.outcome ?? (word === undefined ? outcomeWithoutWord(session, transactions) : undefined);
  const captured = known && 'captured' in known ? known.captured : undefined;
  const movements = [
    ...transactions.map((transaction, index) => authorization(transaction, index, outcome, unknown)),
    ...capturesOf(session, captured, unknown),
    ...refundsOf(session, unknown),
  ];
  const payer = payingTransaction(transactions);
  const expiresAt = Date.parse(payer?.expiresAt ?? '');
  const { currency, amountIncVat: amount } = session.data?.order ?? {};
  const reference = session.references?.['reference1'];
  const method = payer?.pspDisplayName ?? payer?.pspIntegrationName;
  return {
    presence: presenceOf(session.status, unknown),
    ...(outcome && { outcome }),
    ...(captured && { captured }),
    ...(currency !== undefined && amount !== undefined && { ordered: { amount, currency } }),
    movements,
    ...(typeof reference === 'string' && { reference }),
    ...(method !== undefined && { method: method.toLowerCase() }),
    ...(isForReview(session) && { flags: ['on_hold'] as const }),
    ...(Number.isFinite(expiresAt) && { expiresAt }),
    ...(unknown.length > 0 && { unknown }),
  };
}

function presenceOf(status: string | undefined, unknown: string[]): 'open' | 'closed' {
  const presence = lookUp(sessionStatuses, status);
  if (status !== undefined && !presence) unknown.push(`session ${status}`);
  return presence ?? 'open';
}

/** The outcome where the session has no order status: what all transactions agree on, else pending once the shopper has paid. */
function outcomeWithoutWord(
  { status }: Session,
  transactions: readonly Transaction[],
): Settlement | undefined {
  const settled = transactions.map((transaction) => lookUp(entryStatuses, transaction.status));
  if (transactions.some((transaction, index) => transaction.status !== undefined && !settled[index]))
    return undefined;
  if (settled.includes('approved')) return 'approved';
  const [first] = settled;
  if (first !== undefined && settled.every((other) => other === first)) return first;
  return transactions.length > 0 || status === 'completed' ? 'pending' : undefined;
}

function authorization(
  transaction: Transaction,
  index: number,
  outcome: Settlement | undefined,
  unknown: string[],
): Movement {
  const status = lookUp(entryStatuses, transaction.status);
  if (transaction.status !== undefined && !status) unknown.push(`transaction ${transaction.status}`);
  return {
    kind: 'authorization',
    id: transaction.transactionId ?? transaction.reservationId ?? `transaction-${index}`,
    // A transaction without a status has that of the order.
    status: status ?? (transaction.status === undefined ? (outcome ?? 'pending') : 'pending'),
    ...moneyOf(transaction),
  };
}

/** A capture without a status counts as approved only where the order status says that money was captured. */
function capturesOf(
  session: Session,
  captured: 'partial' | 'full' | undefined,
  unknown: string[],
): Movement[] {
  return (session.data?.captures ?? session.captures ?? []).map((entry) => ({
    kind: 'capture',
    id: entry.captureId,
    status: entryStatus(entry, entry.captureId, captured && 'approved', unknown),
    ...moneyOf(entry),
    ...(entry.autoCaptured && { automatic: true }),
  }));
}

/** A refund without a status stays pending, since nothing else in a session shows refunds. */
function refundsOf(session: Session, unknown: string[]) {
  return (session.data?.refunds ?? session.refunds ?? []).map((entry): Movement => ({
    kind: 'refund',
    id: entry.refundId,
    status: entryStatus(entry, entry.refundId, undefined, unknown),
    ...moneyOf(entry),
  }));
}

function entryStatus(
  entry: Entry,
  id: string,
  fallback: Settlement | undefined,
  unknown: string[],
): Settlement {
  const status = lookUp(entryStatuses, entry.status) ?? (entry.status === undefined ? fallback : undefined);
  if (!status) unknown.push(`${entry.status ?? 'no status'} of ${id}`);
  return status ?? 'pending';
}

function moneyOf({
  amountIncVat: amount,
  currency,
}: {
  amountIncVat: number | undefined;
  currency: string | undefined;
}) {
  return { ...(amount !== undefined && { amount }), ...(currency !== undefined && { currency }) };
}

/** The transaction that paid the order: the newest approved one, else the newest. */
function payingTransaction(transactions: readonly Transaction[]): Transaction | undefined {
  const approved = transactions.filter(({ status }) => status === 'approved');
  const newestFirst = (approved.length > 0 ? approved : transactions).toSorted(
    (a, b) => (Date.parse(b.createdAt ?? '') || 0) - (Date.parse(a.createdAt ?? '') || 0),
  );
  return newestFirst[0];
}

function isForReview({ data }: Session): boolean {
  const tags = data?.paymentTags;
  return Array.isArray(tags) ? tags.includes('manual_review') : tags?.['manual_review'] === true;
}
