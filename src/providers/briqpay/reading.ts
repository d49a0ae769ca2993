import type { Movement, RaisedFlag, Reading, Settlement } from '../../domain/money/payment.ts';
import { parseDate } from '../dates.ts';
import { dateOf, isFields, isTrue, textOf, unreadable, withoutDoubles, type Unreadable } from '../wire.ts';
import { lookUp } from '../words.ts';
import type { Change, Session, Transaction } from './schemas.ts';
import { entryStatuses, orderStatuses, sessionStatuses } from './vocabulary.ts';

/** What a person has to hear of: words that nobody knows, and what cannot be read. */
interface Notes {
  readonly unknown: string[];
  readonly unfamiliar: string[];
  readonly unreadable: string[];
  readonly badDates: string[];
}

type List<T> = readonly (T | Unreadable)[] | Unreadable;

/** The order status as Briqpay says it. */
interface Word {
  readonly outcome?: Settlement;
  readonly captured?: 'partial' | 'full';
}

/**
 * A Briqpay session as a reading. Each entry says its own status and amount; the order status is the word about the
 * payment, and the status of entries that have none. `now` is epoch milliseconds.
 */
export function readingOf(session: Session, now: number): Reading {
  const notes: Notes = { unknown: [], unfamiliar: [], unreadable: [], badDates: [] };
  const { data } = session;
  if (data === unreadable) notes.unreadable.push('data');
  const told = data === unreadable ? undefined : data;
  const transactions = listed('transactions', notes, told?.transactions);
  const word = wordOf(session, notes);
  const outcome = word.outcome ?? outcomeWithoutWord(session, transactions);
  const movements = [
    ...transactions.map((entry, index) => authorization(entry, index, word, now, notes)),
    ...listed('captures', notes, told?.captures, session.captures).map((entry, index) =>
      change('capture', entry, index, word.captured && 'approved', now, notes),
    ),
    // Nothing else in a session tells of refunds, so no word can stand in for the status of one.
    ...listed('refunds', notes, told?.refunds, session.refunds).map((entry, index) =>
      change('refund', entry, index, undefined, now, notes),
    ),
  ];
  const ordered = told && moneyOf(told.order, 'order', notes);
  const method = methodOf(transactions, now);
  const reference = session.references.reference1;
  return {
    presence: presenceOf(session.status, notes),
    ...(outcome && { outcome }),
    ...(word.captured && { captured: word.captured }),
    ...(ordered?.amount !== undefined &&
      ordered.currency !== undefined && { ordered: { amount: ordered.amount, currency: ordered.currency } }),
    movements: withoutDoubles(movements, ({ kind, id }) =>
      notes.unreadable.push(
        `${kind === 'authorization' ? 'transaction' : kind} ${id}: told twice, differently`,
      ),
    ),
    ...(reference !== undefined && { reference }),
    ...(method !== undefined && { method: method.toLowerCase() }),
    ...(isForReview(told?.paymentTags) && { flags: [{ code: 'on_hold' }] satisfies RaisedFlag[] }),
    ...Object.fromEntries(Object.entries(notes).filter(([, lines]) => lines.length > 0)),
  };
}

/** The entries of the first list that has any: Briqpay repeats captures and refunds at the top level, and may list them there alone. */
function listed<T>(
  name: string,
  notes: Notes,
  ...lists: readonly (List<T> | undefined)[]
): readonly (T | Unreadable)[] {
  if (lists.includes(unreadable)) notes.unreadable.push(name);
  return (
    (lists.find((list) => typeof list === 'object' && list.length > 0) as readonly T[] | undefined) ?? []
  );
}

function presenceOf(status: Session['status'], { unfamiliar }: Notes): 'open' | 'closed' {
  const presence = typeof status === 'string' ? lookUp(sessionStatuses, status) : undefined;
  if (typeof status === 'string' && !presence) unfamiliar.push(`session ${status}`);
  return presence ?? 'open';
}

function wordOf({ moduleStatus: word }: Session, notes: Notes): Word {
  if (word === unreadable) notes.unreadable.push('order status');
  if (typeof word !== 'string') return {};
  const known = lookUp(orderStatuses, word);
  if (!known) notes.unknown.push(word);
  return known ?? {};
}

/** A shopper who is through has paid, or tried to, also where the provider says nothing of it yet. */
function outcomeWithoutWord(
  { status, moduleStatus: word }: Session,
  transactions: readonly unknown[],
): 'pending' | undefined {
  return status === 'completed' && word === undefined && transactions.length === 0 ? 'pending' : undefined;
}

function authorization(
  entry: Transaction | Unreadable,
  index: number,
  { outcome }: Word,
  now: number,
  notes: Notes,
): Movement {
  const place = `transaction-${index}`;
  if (entry === unreadable) {
    notes.unreadable.push(`transaction ${index}`);
    return { kind: 'authorization', id: place, isUnnamed: true, status: 'pending' };
  }
  const { transactionId, reservationId } = entry;
  const named = transactionId ?? reservationId;
  const id = named ?? place;
  const isAliased =
    transactionId !== undefined && reservationId !== undefined && transactionId !== reservationId;
  const createdAt = parseDate(entry.createdAt, now);
  const { time: expiresAt, bad } = dateOf(entry.expiresAt, now);
  if (bad !== undefined) notes.badDates.push(`expiresAt of ${id}: ${bad}`);
  return {
    kind: 'authorization',
    id,
    ...(isAliased && { aliases: [reservationId] }),
    ...(named === undefined && { isUnnamed: true }),
    status: statusOf(entry.status, `transaction ${named ?? index}`, outcome, notes),
    ...moneyOf(entry, `transaction ${named ?? index}`, notes),
    ...(createdAt !== undefined && { createdAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function change(
  kind: 'capture' | 'refund',
  entry: Change | Unreadable,
  index: number,
  fallback: Settlement | undefined,
  now: number,
  notes: Notes,
): Movement {
  const named = entry === unreadable ? undefined : kind === 'capture' ? entry.captureId : entry.refundId;
  const id = named ?? `${kind}-${index}`;
  const what = `${kind} ${named ?? index}`;
  // What has no id cannot be told from another in the next reading, so nothing is counted by it.
  if (entry === unreadable || named === undefined) {
    notes.unreadable.push(entry === unreadable ? what : `${what}: id`);
    return { kind, id, isUnnamed: true, status: 'pending' };
  }
  const createdAt = parseDate(entry.createdAt, now);
  return {
    kind,
    id,
    status: statusOf(entry.status, what, fallback, notes),
    ...moneyOf(entry, what, notes),
    ...(kind === 'capture' && entry.autoCaptured && { automatic: true }),
    ...(createdAt !== undefined && { createdAt }),
  };
}

/** An entry's own status; one without a status takes that of the word, and is pending where there is none. */
function statusOf(
  status: Transaction['status'],
  what: string,
  fallback: Settlement | undefined,
  notes: Notes,
): Settlement {
  if (status === undefined) return fallback ?? 'pending';
  if (status === unreadable) notes.unreadable.push(`${what}: status`);
  const known = typeof status === 'string' ? lookUp(entryStatuses, status) : undefined;
  if (typeof status === 'string' && !known) notes.unknown.push(`${status} of ${what}`);
  return known ?? 'pending';
}

function moneyOf(
  {
    amountIncVat: amount,
    currency,
  }: {
    readonly amountIncVat: number | Unreadable | undefined;
    readonly currency: string | Unreadable | undefined;
  },
  what: string,
  notes: Notes,
): { readonly amount?: number; readonly currency?: string } {
  if (amount === unreadable) notes.unreadable.push(`${what}: amount`);
  if (currency === unreadable) notes.unreadable.push(`${what}: currency`);
  return {
    ...(typeof amount === 'number' && { amount }),
    ...(typeof currency === 'string' && { currency }),
  };
}

/** The name of the method by which the order was paid: that of the newest approved transaction, else of the newest. */
function methodOf(entries: readonly (Transaction | Unreadable)[], now: number): string | undefined {
  const transactions = entries.filter((entry) => entry !== unreadable);
  const approved = transactions.filter(({ status }) => status === 'approved');
  const timeOf = ({ createdAt }: Transaction) => parseDate(createdAt, now) ?? 0;
  const [payer] = (approved.length > 0 ? approved : transactions).toSorted((a, b) => timeOf(b) - timeOf(a));
  return payer?.pspDisplayName ?? payer?.pspIntegrationName;
}

/** A list of tags, a map of them, or the one tag alone. */
function isForReview(tags: unknown): boolean {
  const held = Array.isArray(tags) ? (tags as readonly unknown[]) : [tags];
  return held.some((tag) =>
    isFields(tag)
      ? Object.entries(tag).some(([name, value]) => isReview(name) && isTrue(value)) ||
        Object.keys(tag).some((key) => /^\d+$/.test(key) && isReview(tag[key]))
      : isReview(tag),
  );
}

function isReview(tag: unknown): boolean {
  return textOf(tag)?.toLowerCase() === 'manual_review';
}
