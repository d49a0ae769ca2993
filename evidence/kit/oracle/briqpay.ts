import { orderStatusOf, type Session } from '../../../sandbox/briqpay/session.ts';
import type { Entry, Outcome, Summary, Truth } from './truth.ts';

export const briqpayOutcomes = {
  order_pending: 'pending',
  order_approved_not_captured: 'approved',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
} as const satisfies Record<NonNullable<Session['outcome']>, Outcome>;

interface Word {
  readonly outcome?: Outcome;
  readonly capturedWord?: Summary;
}

const words: Readonly<Record<string, Word>> = {
  ...Object.fromEntries(Object.entries(briqpayOutcomes).map(([word, outcome]) => [word, { outcome }])),
  captured_full: { outcome: 'approved', capturedWord: 'full' },
  captured_partial: { outcome: 'approved', capturedWord: 'partial' },
};

/** The truth of a session as the sandbox holds it, and as reads tell it. */
export function truthOfSession(session: Session): Truth {
  const { status, order, references, paymentTags } = session;
  const transactions = shown(session.transactions);
  const [captures, refunds] = [shown(session.captures), shown(session.refunds)];
  const said = orderStatusOf(session);
  const word: Word = (said === undefined ? undefined : words[said]) ?? {};
  // A shopper who is through has paid, or tried to.
  const isUnsaid = said === undefined && status === 'completed' && transactions.length === 0;
  const hasUnreadable = [...captures, ...refunds].some(({ isIdHidden }) => isIdHidden);
  const isReviewed = Array.isArray(paymentTags)
    ? paymentTags.includes('manual_review')
    : (paymentTags as Readonly<Record<string, boolean>> | undefined)?.['manual_review'] === true;
  return {
    ...word,
    ...(isUnsaid && { outcome: 'pending' }),
    isOver: status !== 'started',
    entries: [
      ...transactions.map((entry) => ({
        ...entryOf('authorization', entry.transactionId, entry, word.outcome),
        ...(entry.isIdHidden && entry.reservationId === undefined && { isUnnamed: true }),
        ...expiryIn(entry.expiresAt),
      })),
      ...captures.map((entry) =>
        entry.isIdHidden
          ? nameless('capture', entry.captureId)
          : entryOf('capture', entry.captureId, entry, word.capturedWord && 'approved'),
      ),
      ...refunds.map((entry) =>
        entry.isIdHidden
          ? nameless('refund', entry.refundId)
          : entryOf('refund', entry.refundId, entry, undefined),
      ),
    ],
    ordered: { amount: order.amountIncVat, currency: order.currency },
    ...(references['reference1'] !== undefined && { reference: references['reference1'] }),
    ...(said !== undefined && !words[said] && { unknownWords: [said] }),
    ...(hasUnreadable && { hasUnreadable }),
    ...(isReviewed && { flags: [{ code: 'on_hold', id: '' }] as const }),
  };
}

function shown<E extends { readonly isHidden?: boolean }>(entries: readonly E[]): readonly E[] {
  return entries.filter(({ isHidden }) => !isHidden);
}

type SessionEntry = Pick<
  Session['transactions'][number],
  'status' | 'amountIncVat' | 'currency' | 'createdAt' | 'isStatusHidden'
>;

/** An entry without a status has what the word means; without a meaning it is pending. */
function entryOf(
  kind: Entry['kind'],
  id: string,
  { status, amountIncVat, currency, createdAt, isStatusHidden }: SessionEntry,
  meant: Outcome | undefined,
): Entry {
  return {
    kind,
    id,
    status: isStatusHidden ? (meant ?? 'pending') : status,
    amount: amountIncVat,
    currency,
    createdAt: Date.parse(createdAt),
  };
}

/** Nothing is counted by a capture or refund that cannot be told from another. */
function nameless(kind: Entry['kind'], id: string): Entry {
  return { kind, id, isUnnamed: true, status: 'pending' };
}

const decade = 10 * 365 * 24 * 3_600_000;
// Trials are in 2027 and 2028.
const present = Date.UTC(2028, 0, 1);

function expiryIn(text: string | null): { readonly expiresAt?: number } {
  const at = Date.parse(text ?? '');
  return Number.isFinite(at) && Math.abs(at - present) < decade ? { expiresAt: at } : {};
}
