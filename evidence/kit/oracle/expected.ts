import { captureNamed, type Told, type ToldEntry } from './told.ts';
import type { Entry, Kind, Outcome } from './truth.ts';

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

/** Derives from what was told what the contract says. It shares no code with the product's domain, so that it cannot share a mistake. */
export function expectedOf(told: Told, kind: Kind, terms: RegisteredTerms | undefined): Expected {
  return {
    status: kind === 'payout' ? payoutStatus(told) : depositStatus(told),
    amounts: amountsIn(told, terms),
  };
}

/** The amounts of an order before its first successful read. */
export function unreadAmounts(terms: RegisteredTerms | undefined): ExpectedAmounts {
  return terms ? { currency: terms.expected.currency, expected: terms.expected.amount } : {};
}

const depositWords = {
  approved: 'placed',
  rejected: 'rejected',
  cancelled: 'cancelled',
  pending: 'pending',
  lapsed: 'expired',
} as const;

function depositStatus(told: Told): string {
  const { captured, refunded } = amountsIn(told, undefined);
  const captures = approvedOf(told, 'capture');
  const isTold = captures.some((capture) => capture.refunded !== undefined);
  if (isTold || (anyRefundIn(told) && refunded !== 0)) {
    const isWholeTold = isTold && captures.every((capture) => capture.refunded === 'full');
    const isSummed = captured !== undefined && refunded !== undefined && captured > 0 && refunded >= captured;
    const isAll = (isWholeTold || isSummed) && isInFull(told) && openEntries(told).length === 0;
    return isAll ? 'refunded' : 'partially_refunded';
  }
  if (isInFull(told)) return 'captured';
  if (isAnyTaken(told)) return 'partially_captured';
  const approved = approvedOf(told, 'authorization');
  if (approved.length > 0 && approved.every(({ hasLapsed }) => hasLapsed) && openEntries(told).length === 0)
    return 'expired';
  const outcome = outcomeIn(told);
  return outcome ? depositWords[outcome] : idleStatus(told);
}

function payoutStatus(told: Told): string {
  const words = { ...depositWords, approved: 'paid_out', cancelled: 'rejected' } as const;
  const outcome = outcomeIn(told);
  return outcome ? words[outcome] : idleStatus(told);
}

function idleStatus({ isOver, unknownWords }: Told): string {
  return isOver && !unknownWords?.length ? 'expired' : 'created';
}

/** The outcome by the attempts: any approved, else any pending, else the last one's end; the word where none tells it. */
export function outcomeIn(told: Told): Outcome | 'lapsed' | undefined {
  const { outcome: word } = told;
  const attempts = told.entries.filter(({ kind }) => kind === 'authorization');
  const isApproved = attempts.some(({ status }) => status === 'approved');
  if (isAnyCaptured(told)) return 'approved';
  if (!isApproved && openAttempts(told).length > 0) return 'pending';
  const isOpen = openEntries(told).length > 0;
  if (word === 'cancelled' && !isOpen) return 'cancelled';
  if (isApproved) return 'approved';
  const last = attempts
    .toSorted((a, b) => (a.createdAt ?? a.since) - (b.createdAt ?? b.since) || (a.id < b.id ? -1 : 1))
    .at(-1);
  const end =
    !last || (word === 'pending' && !told.isOver) ? word : last.isGivenUp ? (word ?? 'lapsed') : last.status;
  return end !== undefined && end !== 'approved' && isOpen ? 'pending' : end;
}

/** The money that is under way: what reads last told as pending. */
export function openEntries(told: Told): readonly ToldEntry[] {
  const isMoney = ({ kind, status }: Entry) => kind !== 'authorization' && status === 'pending';
  return [...openAttempts(told), ...told.entries.filter(isMoney)];
}

export function openAttempts({ entries }: Told): readonly ToldEntry[] {
  return entries.filter(
    ({ kind, status, isGivenUp }) => kind === 'authorization' && status === 'pending' && !isGivenUp,
  );
}

/** The authorizations of which a part may still be captured, and so may lapse. */
export function openRest(told: Told, kind: Kind = 'deposit'): readonly ToldEntry[] {
  if (kind === 'payout' || isInFull(told) || told.outcome === 'cancelled') return [];
  return paymentsIn(told)
    .filter(({ captures }) => !captures.some(({ isWhole }) => isWhole))
    .flatMap(({ authorizations }) => authorizations)
    .filter(({ status, hasLapsed }) => status === 'approved' && !hasLapsed);
}

/** Whether captures show that money was taken; where none is listed the word does, unless every attempt says otherwise. */
export function isAnyCaptured(told: Told): boolean {
  const captures = told.entries.filter(({ kind }) => kind === 'capture');
  if (captures.length > 0) return captures.some(({ status }) => status === 'approved');
  const attempts = told.entries.filter(({ kind }) => kind === 'authorization');
  const mayHavePaid = attempts.some(({ status }) => status === 'approved' || status === 'cancelled');
  return told.capturedWord !== undefined && (attempts.length === 0 || mayHavePaid);
}

/** Whether every attempt that stood was released. */
export function isReleased({ entries }: Told): boolean {
  const attempts = entries.filter(({ kind }) => kind === 'authorization');
  return (
    attempts.some(({ status }) => status === 'cancelled') &&
    !attempts.some(({ status }) => status === 'approved' || status === 'pending')
  );
}

function isAnyTaken(told: Told): boolean {
  const captures = approvedOf(told, 'capture');
  if (captures.length === 0) return isAnyCaptured(told);
  return (
    inCurrency(captures, currencyIn(told, undefined)).length > 0 && amountsIn(told, undefined).captured !== 0
  );
}

/** Whether nothing more can be captured. */
export function isInFull(told: Told): boolean {
  if (!isAnyTaken(told)) return false;
  const { captured, cancelled = 0 } = amountsIn(told, undefined);
  const captures = told.entries.filter(({ kind }) => kind === 'capture');
  const most = mostIn(told, currencyIn(told, undefined));
  if (captures.length > 0 && captured !== undefined && most !== undefined)
    return captured >= most - cancelled;
  return (
    captures.some(({ status, isWhole }) => status === 'approved' && isWhole) || told.capturedWord === 'full'
  );
}

/** One payment: its authorizations, and the captures of its group. */
export interface ToldPayment {
  readonly id: string;
  readonly authorizations: readonly ToldEntry[];
  readonly captures: readonly ToldEntry[];
}

/** The payments that stand: the approved ones, or those that were released where none is approved. */
export function paymentsIn(told: Told): readonly ToldPayment[] {
  const approved = approvedOf(told, 'authorization');
  const standing =
    approved.length > 0
      ? approved
      : told.entries.filter(({ kind, status }) => kind === 'authorization' && status === 'cancelled');
  const captures = approvedOf(told, 'capture');
  const payments = new Map<string, ToldPayment>();
  for (const authorization of standing) {
    const { id, group } = authorization;
    const own = captures.filter(
      (capture) => capture.id === id || (group !== undefined && capture.group === group),
    );
    const name = own.length > 0 && group !== undefined ? group : id;
    const known = payments.get(name)?.authorizations ?? [];
    payments.set(name, { id: name, authorizations: [...known, authorization], captures: own });
  }
  return [...payments.values()];
}

/** What was authorized of a payment; the approved entries of its group are a part of it. */
export function authorizedIn(
  { authorizations, captures }: ToldPayment,
  currency: string | undefined,
): number | undefined {
  const reserved = authorizations.filter(({ id }) => !captures.some((capture) => capture.id === id));
  if (reserved.length === 0 || reserved.length === authorizations.length)
    return sumOf(authorizations, currency);
  const [one, other] = [sumOf(reserved, currency), sumOf(captures, currency)];
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

function mostIn(told: Told, currency: string | undefined): number | undefined {
  const payments = paymentsIn(told);
  if (payments.length === 0) return undefined;
  return plus(
    payments.map(({ authorizations, captures }) =>
      captures.some(({ isWhole }) => isWhole)
        ? sumOf(captures, currency)
        : sumOf(
            authorizations.map((entry) => ({ ...entry, amount: entry.peak ?? entry.amount })),
            currency,
          ),
    ),
  );
}

export function amountsIn(told: Told, terms: RegisteredTerms | undefined): ExpectedAmounts {
  const currency = currencyIn(told, terms);
  const payments = paymentsIn(told);
  const own = payments.filter(({ authorizations }) => inCurrency(authorizations, currency).length > 0);
  const authorized =
    payments.length === 0
      ? outcomeIn(told) === 'approved'
        ? undefined
        : 0
      : own.length === 0
        ? undefined
        : plus(own.map((payment) => authorizedIn(payment, currency)));
  const captures = told.entries.filter(({ kind }) => kind === 'capture');
  const isWordAlone = told.capturedWord !== undefined && captures.length === 0;
  const captured = isWordAlone ? undefined : sumOf(approvedOf(told, 'capture'), currency);
  return {
    currency,
    expected: terms?.expected.amount,
    authorized,
    captured,
    capturePending: sumOf(pendingOf(told, 'capture'), currency),
    refunded: refundedIn(told, currency),
    refundPending: sumOf(pendingOf(told, 'refund'), currency),
    cancelled: releasedIn(told, currency, authorized, captured),
  };
}

function releasedIn(
  told: Told,
  currency: string | undefined,
  authorized: number | undefined,
  captured: number | undefined,
): number | undefined {
  if (outcomeIn(told) === 'pending') return 0;
  const payments = paymentsIn(told).map((payment) => {
    const { authorizations, captures } = payment;
    const sum = authorizedIn(payment, currency);
    if (captures.some(({ isWhole }) => isWhole)) {
      const taken = sumOf(captures, currency);
      const rest = sum === undefined || taken === undefined ? undefined : Math.max(0, sum - taken);
      return { isAll: false, rest };
    }
    const isAll = authorizations.every(({ status, hasLapsed }) => status === 'cancelled' || hasLapsed);
    return { isAll, rest: isAll ? sum : 0 };
  });
  const isAll =
    told.outcome === 'cancelled' || (payments.length > 0 && payments.every((payment) => payment.isAll));
  if (!isAll && payments.every(({ isAll: all, rest }) => !all && rest === 0)) return 0;
  if (authorized === undefined || captured === undefined) return undefined;
  const uncaptured = Math.max(0, authorized - captured);
  if (isAll) return uncaptured;
  const released = plus(payments.map(({ rest }) => rest));
  return released === undefined ? undefined : Math.min(uncaptured, released);
}

/** The refunds that reads list, and what each capture's word and the claims that count say beside them. */
function refundedIn(told: Told, currency: string | undefined): number | undefined {
  const captures = inCurrency(approvedOf(told, 'capture'), currency);
  return plus([
    sumOf(approvedOf(told, 'refund'), currency),
    ...captures.map((capture) => {
      if (capture.refunded === 'full') return sumOf([capture], currency);
      const claims = claimsOn(told, capture);
      return capture.refunded === 'partial' && claims.length === 0
        ? undefined
        : sumOf(
            claims.map(({ entry }) => entry),
            currency,
          );
    }),
  ]);
}

function claimsOn(told: Told, capture: ToldEntry) {
  return told.claims.filter(
    ({ payments, isTrusted }) =>
      (isTrusted || capture.refunded !== undefined) && captureNamed(told, payments) === capture,
  );
}

/** Whether a refund that a notification told is part of the sums now. */
export function isClaimCounted(told: Told, id: string): boolean {
  const claim = told.claims.find(({ entry }) => entry.id === id);
  const capture = claim && captureNamed(told, claim.payments);
  return capture !== undefined && (claim?.isTrusted === true || capture.refunded !== undefined);
}

function anyRefundIn(told: Told): boolean {
  const currency = currencyIn(told, undefined);
  const listed = approvedOf(told, 'refund');
  const claimed = told.claims.map(({ entry }) => entry);
  return inCurrency([...listed, ...claimed], currency).length > 0;
}

/** The currency that an order is summed in: the registered one, else the session's, else that of its first entry. */
export function currencyIn(
  { ordered, entries }: Pick<Told, 'ordered' | 'entries'>,
  terms: RegisteredTerms | undefined,
): string | undefined {
  const inOrder = entries.toSorted((a, b) => (`${a.kind}:${a.id}` < `${b.kind}:${b.id}` ? -1 : 1));
  return (
    terms?.expected.currency ??
    ordered?.currency ??
    inOrder.find(({ currency }) => currency !== undefined)?.currency
  );
}

export function approvedOf({ entries }: Told, kind: Entry['kind']): readonly ToldEntry[] {
  return entries.filter((entry) => entry.kind === kind && entry.status === 'approved');
}

function pendingOf({ entries }: Told, kind: Entry['kind']): readonly ToldEntry[] {
  return entries.filter((entry) => entry.kind === kind && entry.status === 'pending');
}

export function inCurrency<E extends Entry>(entries: readonly E[], currency: string | undefined): E[] {
  return entries.filter((entry) => entry.currency === undefined || entry.currency === currency);
}

/** Sums entries in one currency. Undefined where an amount is unknown, and where all are in others: they are never summed. */
function sumOf(entries: readonly Entry[], currency: string | undefined): number | undefined {
  const own = inCurrency(entries, currency);
  if (entries.length > 0 && own.length === 0) return undefined;
  return plus(own.map(({ amount }) => amount));
}

function plus(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce(
    (sum, amount) => (sum === undefined || amount === undefined ? undefined : sum + amount),
    0,
  );
}
