import type { Entry, Kind, Outcome, Truth } from './truth.ts';

/** What the merchant registered, as far as sums depend on it. */
export interface RegisteredTerms {
  readonly expected: { readonly amount: number; readonly currency: string };
  readonly reference?: string;
}

/** What an honest service shows of a truth. An amount that is undefined is not shown. */
export interface Expected {
  readonly status: string;
  readonly amounts: ExpectedAmounts;
}

export const buckets = [
  'authorized',
  'captured',
  'capturePending',
  'refunded',
  'refundPending',
  'cancelled',
] as const;

export type Bucket = (typeof buckets)[number];

export type ExpectedAmounts = { readonly [B in Bucket]?: number | undefined } & {
  readonly currency?: string | undefined;
  readonly expected?: number | undefined;
};

/** Derives from a truth what the contract says. It shares no code with the product's domain, so that it cannot share a mistake. */
export function expectedOf(truth: Truth, kind: Kind, terms: RegisteredTerms | undefined): Expected {
  return {
    status: kind === 'payout' ? payoutStatus(truth) : depositStatus(truth),
    amounts: amountsIn(truth, currencyOf(truth, terms), terms),
  };
}

/** The amounts of an order before its first successful read. */
export function unreadAmounts(terms: RegisteredTerms | undefined): ExpectedAmounts {
  return terms ? { currency: terms.expected.currency, expected: terms.expected.amount } : {};
}

/** The reasons of an escalation that follow from the truth alone. */
export function reasonsIn(
  truth: Truth,
  status: string,
  terms: RegisteredTerms | undefined,
): ReadonlySet<string> {
  const { authorized, captured, refunded } = amountsIn(truth, currencyOf(truth, terms), terms);
  const own = amountsIn(truth, currencyOf(truth, undefined), undefined);
  const approved = truth.entries.filter(
    ({ kind, status }) => kind === 'authorization' && status === 'approved',
  );
  const ordered = terms?.expected.amount ?? truth.ordered?.amount;
  const isInFull =
    truth.capturedWord === 'full' ||
    (own.captured !== undefined && own.authorized !== undefined && own.captured >= own.authorized);
  const currency = currencyOf(truth, terms);
  const counted = approved.filter((entry) => entry.currency === currency);
  const paid = counted.reduce((sum, { amount }) => sum + amount, 0);
  const reasons = new Set<string>();
  if (status === 'pending') reasons.add('pending');
  if (isRejected(truth, 'capture') && !isInFull) reasons.add('capture_failed');
  if (isRejected(truth, 'refund') && status !== 'refunded') reasons.add('refund_failed');
  if (captured !== undefined && authorized !== undefined && captured > authorized)
    reasons.add('over_captured');
  if (refunded !== undefined && captured !== undefined && refunded > captured) reasons.add('over_refunded');
  if (counted.length > 1 && (ordered === undefined || paid > ordered)) reasons.add('double_payment');
  return reasons;
}

function depositStatus(truth: Truth): string {
  const currency = currencyOf(truth, undefined);
  const captured = sum(truth, 'capture', ['approved'], currency) ?? 0;
  const refunded = sum(truth, 'refund', ['approved'], currency) ?? 0;
  const reserved = reservedIn(truth, currency) ?? 0;
  const released = isReleased(truth) ? Math.max(0, reserved - captured) : 0;
  if (truth.refundedWord === 'full' || (captured > 0 && refunded >= captured)) return 'refunded';
  if (refunded > 0 || truth.refundedWord) return 'partially_refunded';
  if (truth.capturedWord === 'full') return 'captured';
  if (captured > 0)
    return reserved > 0 && captured >= reserved - released ? 'captured' : 'partially_captured';
  if (truth.capturedWord) return 'partially_captured';
  const words = {
    approved: 'placed',
    rejected: 'rejected',
    cancelled: 'cancelled',
    pending: 'pending',
  } as const;
  if (truth.outcome) return words[truth.outcome];
  return truth.isOver && !truth.hasUnknownWord ? 'expired' : 'created';
}

function payoutStatus({ outcome, isOver }: Truth): string {
  const words = {
    approved: 'paid_out',
    rejected: 'rejected',
    cancelled: 'rejected',
    pending: 'pending',
  } as const;
  if (outcome) return words[outcome];
  return isOver ? 'expired' : 'created';
}

function amountsIn(
  truth: Truth,
  currency: string | undefined,
  terms: RegisteredTerms | undefined,
): ExpectedAmounts {
  const authorized = isAmountUnknown(truth) ? undefined : reservedIn(truth, currency);
  const captured = sum(truth, 'capture', ['approved'], currency);
  const refunded = sum(truth, 'refund', ['approved'], currency);
  const isFull = truth.refundedWord === 'full';
  const rest =
    authorized === undefined || captured === undefined ? undefined : Math.max(0, authorized - captured);
  const isWordAlone = truth.capturedWord !== undefined && !some(truth, 'capture', 'approved');
  const isRefundWordAlone = truth.refundedWord !== undefined && !some(truth, 'refund', 'approved');
  return {
    currency,
    expected: terms?.expected.amount,
    authorized,
    captured: isWordAlone ? undefined : captured,
    capturePending: sum(truth, 'capture', ['pending'], currency),
    refunded: isFull ? captured : isRefundWordAlone ? undefined : refunded,
    refundPending: sum(truth, 'refund', ['pending'], currency),
    cancelled: isReleased(truth) ? rest : 0,
  };
}

/** Whether what was reserved and not captured is released. */
function isReleased(truth: Truth): boolean {
  if (truth.outcome !== 'approved') return truth.outcome === 'cancelled';
  return some(truth, 'authorization', 'cancelled') && !some(truth, 'authorization', 'approved');
}

/** Whether the payment is approved, and no authorization tells how much. */
function isAmountUnknown({ outcome, entries }: Truth): boolean {
  return (
    outcome === 'approved' &&
    !entries.some(
      ({ kind, status }) => kind === 'authorization' && (status === 'approved' || status === 'cancelled'),
    )
  );
}

/** The sum that is reserved; where none is any more, the sum that was. */
function reservedIn(truth: Truth, currency: string | undefined): number | undefined {
  return sum(
    truth,
    'authorization',
    [some(truth, 'authorization', 'approved') ? 'approved' : 'cancelled'],
    currency,
  );
}

function currencyOf({ ordered, entries }: Truth, terms: RegisteredTerms | undefined): string | undefined {
  return terms?.expected.currency ?? ordered?.currency ?? entries[0]?.currency;
}

/** Sums the entries in one currency. Undefined where all entries are in others: they are never summed. */
function sum(
  { entries, notified }: Truth,
  kind: Entry['kind'],
  statuses: readonly Outcome[],
  currency: string | undefined,
): number | undefined {
  const all = [...entries, ...notified].filter(
    (entry) => entry.kind === kind && statuses.includes(entry.status),
  );
  const own = all.filter((entry) => entry.currency === currency);
  if (all.length > 0 && own.length === 0) return undefined;
  return own.reduce((total, { amount }) => total + amount, 0);
}

function some({ entries, notified }: Truth, kind: Entry['kind'], status: Outcome): boolean {
  return [...entries, ...notified].some((entry) => entry.kind === kind && entry.status === status);
}

function isRejected(truth: Truth, kind: Entry['kind']): boolean {
  return some(truth, kind, 'rejected');
}
