import {
  amountsIn,
  approvedOf,
  authorizedIn,
  currencyIn,
  inCurrency,
  isInFull,
  isReleased,
  openAttempts,
  openRest,
  outcomeIn,
  paymentsIn,
  type RegisteredTerms,
} from './expected.ts';
import { expiryOf, type Told, type ToldEntry } from './told.ts';
import type { Kind } from './truth.ts';

/** A reason for a person that holds: about what, since when (epoch milliseconds), and of a sum that is too large its size. */
export interface OracleReason {
  readonly code: string;
  readonly subject: string;
  readonly since: number;
  readonly size?: number;
}

/** Those that a person hears of with the read that shows them. */
export const atOnce: readonly string[] = [
  'on_hold',
  'unknown_status',
  'amount_mismatch',
  'currency_mismatch',
  'amount_missing',
  'word_mismatch',
  'unreadable_entry',
  'money_taken_back',
  'chargeback',
];

/** What an order is in, apart from what was told of its payment. */
export interface ReasonContext {
  readonly kind: Kind;
  readonly terms: RegisteredTerms | undefined;
  readonly status: string;
  readonly now: number;
  /** How long before an authorization lapses a person hears of it, milliseconds. */
  readonly expiryWarning: number;
}

/** The reasons that follow from what was told, by the contract. Those that hooks give are not among them. */
export function reasonsIn(told: Told, context: ReasonContext): readonly OracleReason[] {
  const { terms, status, kind, now, expiryWarning } = context;
  const { authorized, captured, refunded } = amountsIn(told, terms);
  const reasons: OracleReason[] = [];
  const add = (code: string, subject = '', since = now, size?: number) =>
    reasons.push({ code, subject, since, ...(size !== undefined && { size }) });
  const each = (code: string, entries: readonly ToldEntry[]) =>
    entries.forEach(({ id, since }) => add(code, id, since));

  each('pending', openAttempts(told));
  if (status === 'pending' && openAttempts(told).length === 0) add('pending');
  each('capture_pending', entriesOf(told, 'capture', 'pending'));
  each('refund_pending', entriesOf(told, 'refund', 'pending'));
  each('capture_failed', failed(told, 'capture', status));
  each('refund_failed', failed(told, 'refund', status));
  if (captured !== undefined && authorized !== undefined && captured > authorized)
    add('over_captured', '', now, captured);
  if (refunded !== undefined && captured !== undefined && refunded > captured)
    add('over_refunded', '', now, refunded);
  for (const entry of openRest(told, kind))
    if (expiryOf(entry) - expiryWarning <= now)
      add('authorization_expiring', entry.id, Math.max(expiryOf(entry) - expiryWarning, entry.since));
  each(
    'money_taken_back',
    told.entries.filter(
      ({ kind: of, status: is, isTakenBack }) =>
        of === 'capture' && isTakenBack && is !== 'approved' && is !== 'pending',
    ),
  );
  for (const { code, id } of told.flags ?? []) add(code, id);
  for (const word of told.unknownWords ?? []) add('unknown_status', word);
  if (told.hasUnreadable) add('unreadable_entry');
  const currencies = [told.ordered, ...told.entries].flatMap((money) => money?.currency ?? []);
  const other = currencies.find((currency) => currency !== currencyIn(told, terms));
  if (other !== undefined) add('currency_mismatch', other);
  addAmounts(told, terms, add);
  addDouble(told, terms, add);
  for (const word of wordsAgainst(told)) add('word_mismatch', word);
  return reasons;
}

type Add = (code: string, subject?: string) => void;

function addAmounts(told: Told, terms: RegisteredTerms | undefined, add: Add): void {
  const { authorized, captured, cancelled = 0, currency } = amountsIn(told, terms);
  const outcome = outcomeIn(told);
  const isElsewhere = told.entries.some(
    (entry) => entry.currency !== undefined && entry.currency !== currency,
  );
  if (outcome === 'approved' && authorized === undefined) {
    if (!isElsewhere) add('amount_missing');
    return;
  }
  if (!terms || currency === undefined) return;
  if (told.ordered && told.ordered.currency !== terms.expected.currency) return;
  const waiting = inCurrency(entriesOf(told, 'authorization', 'pending'), currency)[0];
  const isWhole = approvedOf(told, 'capture').some((capture) => capture.isWhole);
  const amount =
    outcome === 'approved'
      ? isWhole && cancelled > 0 && captured !== undefined
        ? captured
        : authorized
      : outcome === 'pending'
        ? (waiting?.amount ?? told.ordered?.amount)
        : undefined;
  if (amount !== undefined && amount !== terms.expected.amount) add('amount_mismatch', String(amount));
}

function addDouble(told: Told, terms: RegisteredTerms | undefined, add: Add): void {
  const currency = currencyIn(told, terms);
  const paid = paymentsIn(told).filter(({ authorizations }) =>
    inCurrency(authorizations, currency).some(({ status }) => status === 'approved'),
  );
  if (paid.length < 2) return;
  const amounts = paid.map((payment) => authorizedIn(payment, currency));
  const { cancelled = 0, refunded = 0 } = amountsIn(told, terms);
  const sum = amounts.reduce<number | undefined>(
    (total, amount) => (total === undefined || amount === undefined ? undefined : total + amount),
    0,
  );
  const asked =
    terms?.expected.amount ?? told.ordered?.amount ?? Math.max(...amounts.map((amount = 0) => amount));
  const names = paid.map(({ id }) => id).toSorted();
  if (sum === undefined || sum - cancelled - refunded > asked) add('double_payment', names.join(' '));
}

/** The words of the provider that its own settled entries contradict; those of a kind with a pending entry are not compared. */
function wordsAgainst(told: Told): readonly string[] {
  const { outcome: word, capturedWord = 'none' } = told;
  const words: string[] = [];
  const attempts = told.entries.filter(({ kind }) => kind === 'authorization');
  const outcome = outcomeIn(told);
  if (
    word !== undefined &&
    word !== 'cancelled' &&
    attempts.length > 0 &&
    openAttempts(told).length === 0 &&
    outcome !== undefined &&
    outcome !== word
  )
    words.push(`payment ${word} ${outcome}`);
  const captures = told.entries.filter(({ kind }) => kind === 'capture');
  if (word === 'approved' && captures.length > 0 && captures.every(({ status }) => status !== 'pending')) {
    const fitting = fittingWords(told);
    if (fitting && !fitting.includes(capturedWord))
      words.push(`${capturedWord} ${amountsIn(told, undefined).captured}`);
  }
  return words;
}

function fittingWords(told: Told): readonly string[] | undefined {
  const captures = approvedOf(told, 'capture');
  const { captured, cancelled = 0, currency } = amountsIn(told, undefined);
  if (captures.length === 0 || captured === 0) return ['none'];
  const peaks = paymentsIn(told).map(({ authorizations }) =>
    inCurrency(authorizations, currency).reduce((sum, { peak, amount = 0 }) => sum + (peak ?? amount), 0),
  );
  if (captured === undefined || peaks.length === 0) return undefined;
  const most = peaks.reduce((sum, peak) => sum + peak, 0);
  if (captured >= most) return ['full'];
  return captured >= most - cancelled ? ['partial', 'full'] : ['partial'];
}

/** The rejected captures or refunds that nothing has made up for. */
function failed(told: Told, kind: 'capture' | 'refund', status: string): readonly ToldEntry[] {
  const isOver =
    kind === 'refund'
      ? status === 'refunded'
      : isInFull(told) || told.outcome === 'cancelled' || isReleased(told);
  if (isOver) return [];
  const cures = [...entriesOf(told, kind, 'approved')];
  return entriesOf(told, kind, 'rejected')
    .toSorted((a, b) => a.since - b.since)
    .filter((one) => {
      const cure = cures.findIndex(
        ({ since, amount, currency }) =>
          since >= one.since && amount !== undefined && amount === one.amount && currency === one.currency,
      );
      if (cure >= 0) cures.splice(cure, 1);
      return cure < 0;
    });
}

function entriesOf({ entries }: Told, kind: ToldEntry['kind'], status: ToldEntry['status']) {
  return entries.filter((entry) => entry.kind === kind && entry.status === status && !entry.isGivenUp);
}
