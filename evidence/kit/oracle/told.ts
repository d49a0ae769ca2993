import type { Entry, Outcome, Summary, Truth } from './truth.ts';

/** An entry as the reads so far have told it. Times in epoch milliseconds. */
export interface ToldEntry extends Entry {
  /** The highest amount that a read gave it once it was decided. */
  readonly peak?: number | undefined;
  /** When a read first gave it its status. */
  readonly since: number;
  /** Of one that the last read does not list: when a read last did. */
  readonly unlistedSince?: number;
  /** Of an attempt: nobody waits for it any more. */
  readonly isGivenUp?: boolean;
  /** Of an authorization: its rest has lapsed. */
  readonly hasLapsed?: boolean;
  /** Of a capture: it was approved once, and is no more. */
  readonly isTakenBack?: boolean;
}

/** All that the reads so far have told of one payment. */
export interface Told {
  readonly outcome?: Outcome | undefined;
  readonly capturedWord?: Summary | undefined;
  readonly isOver: boolean;
  readonly entries: readonly ToldEntry[];
  readonly ordered?: Truth['ordered'] | undefined;
  readonly reference?: string | undefined;
  readonly unknownWords?: readonly string[] | undefined;
  readonly hasUnreadable?: boolean | undefined;
  readonly flags?: Truth['flags'] | undefined;
  /** The refunds that only notifications told and that count. */
  readonly claims: readonly CountedClaim[];
}

/** A refund that a notification told: of which payment, by its ids at the provider. */
export interface RefundClaim {
  readonly entry: Entry;
  readonly isWhole: boolean;
  readonly payments: readonly string[];
}

/** One that has been counted; `isTrusted`: whatever the provider's word. */
interface CountedClaim extends RefundClaim {
  readonly isTrusted: boolean;
}

export const nothingTold: Told = { isOver: false, entries: [], claims: [] };

/** When a read began and ended, and when the successful one before it ended. */
export interface ReadTimes {
  readonly begun: number;
  readonly ended: number;
  readonly before: number;
}

/**
 * What is told after one more read, by the contract: an entry is as the last read that listed it said, but never pending
 * again once it was settled; an approved one that is not listed stays, one without an id does not; a word is that of the
 * last read that has anything to say and is not visibly an older copy.
 */
export function tell(before: Told, read: Truth, { ended, before: last }: ReadTimes): Told {
  const isCharged = ({ id }: Entry) =>
    (read.flags ?? []).some((flag) => flag.code === 'chargeback' && flag.id === id);
  const listed = read.entries.map((entry) =>
    merged(find(before.entries, entry), entry, ended, isCharged(entry)),
  );
  const isOlder = read.entries.some(
    (entry) => entry.status === 'pending' && isSettled(find(before.entries, entry)?.status),
  );
  const isSilent =
    !read.isAbsent &&
    read.outcome === undefined &&
    read.entries.length === 0 &&
    (read.excluded ?? []).length === 0;
  const settledHere = new Set(
    read.entries
      .filter((entry) => entry.status === 'pending' && isSettled(find(before.entries, entry)?.status))
      .map(({ id }) => id),
  );
  const others = before.entries
    .filter((held) => !find(read.entries, held))
    .flatMap((held) => {
      const isExcluded =
        held.kind === 'capture' && !settledHere.has(held.id) && (read.excluded ?? []).includes(held.id);
      const isGone = isExcluded || (read.isAbsent === true && held.status === 'approved');
      if (isExcluded && held.status === 'pending') return [];
      if (isGone && held.status === 'approved') return [takenBack(held, ended)];
      if (held.isUnnamed && !isSilent) return [];
      const isWaiting = held.kind === 'authorization' && held.status === 'pending';
      return [isWaiting ? { ...held, unlistedSince: held.unlistedSince ?? last } : held];
    });
  const isKept = isOlder || isSilent;
  const isCaptureKept = isKept || (read.outcome === 'cancelled' && read.capturedWord === undefined);
  return {
    outcome: isKept ? before.outcome : read.outcome,
    capturedWord: isCaptureKept ? before.capturedWord : read.capturedWord,
    isOver: before.isOver || read.isOver,
    entries: [...others, ...listed],
    ordered: read.ordered ?? before.ordered,
    reference: read.reference ?? before.reference,
    unknownWords: read.unknownWords,
    hasUnreadable: read.hasUnreadable,
    flags: read.flags,
    claims: before.claims,
  };
}

/** What one read alone tells, with refunds that notifications told. */
export function toldBy(truth: Truth, claims: readonly RefundClaim[] = []): Told {
  return count(tell(nothingTold, truth, { begun: 0, ended: 0, before: 0 }), claims, false);
}

function takenBack(held: ToldEntry, now: number): ToldEntry {
  const { isUnnamed: _u, isWhole: _w, refunded: _r, hasLapsed: _l, ...rest } = held;
  return {
    ...rest,
    status: 'cancelled',
    since: now,
    ...(held.kind === 'capture' && { isTakenBack: true }),
  };
}

function merged(held: ToldEntry | undefined, read: Entry, now: number, isCharged: boolean): ToldEntry {
  const decided = read.status === 'pending' ? undefined : read.amount;
  if (!held) return { ...read, peak: decided, since: now };
  if (isSettled(held.status) && read.status === 'pending') return held;
  const isSame = held.status === read.status;
  // The word of a chargeback says nothing of refunds.
  const refunded = read.refunded ?? (isCharged ? held.refunded : undefined);
  const isProlonged =
    read.expiresAt !== undefined && held.expiresAt !== undefined && held.expiresAt !== read.expiresAt;
  const isLost = read.kind === 'capture' && read.status !== 'approved';
  const { expiresAt = held.expiresAt, createdAt = held.createdAt } = read;
  return {
    ...read,
    ...(refunded && { refunded }),
    amount: read.amount ?? held.amount,
    currency: read.currency ?? held.currency,
    isUnnamed: held.isUnnamed === true && read.isUnnamed === true,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(createdAt !== undefined && { createdAt }),
    peak: peakOf(held, read),
    since: isSame ? held.since : now,
    ...(held.hasLapsed && isSame && !isProlonged && { hasLapsed: true }),
    ...(isLost && (held.isTakenBack || held.status === 'approved') && { isTakenBack: true }),
  };
}

function peakOf(held: ToldEntry, read: Entry): number | undefined {
  const now = read.status === 'pending' ? undefined : (read.amount ?? held.amount);
  if (held.peak === undefined) return now;
  return now === undefined ? held.peak : Math.max(held.peak, now);
}

function isSettled(status: Outcome | undefined): boolean {
  return status !== undefined && status !== 'pending';
}

function find<E extends Entry>(entries: readonly E[], { kind, id }: Entry): E | undefined {
  return entries.find((entry) => entry.kind === kind && entry.id === id);
}

const day = 24 * 3_600_000;
// A read may begin a little before the workflow notes it, and end a little before it is absorbed.
const toleranceMs = 10 * 60_000;

/** Ends what has waited long enough: attempts that no read lists, and what is left of authorizations that have expired. */
export function endOld(
  told: Told,
  { begun }: ReadTimes,
  abandonAfter: number,
  openRest: (told: Told) => readonly ToldEntry[],
): { readonly told: Told; readonly isUncertain: boolean } {
  let isUncertain = false;
  const isDue = (at: number): boolean => {
    if (Math.abs(begun - at) < toleranceMs) isUncertain = true;
    return at <= begun;
  };
  const entries = told.entries.map((entry) =>
    entry.status === 'pending' &&
    entry.kind === 'authorization' &&
    !entry.isGivenUp &&
    entry.unlistedSince !== undefined &&
    isDue(entry.unlistedSince + abandonAfter)
      ? { ...entry, isGivenUp: true }
      : entry,
  );
  const abandoned = { ...told, entries };
  const isCapturing = entries.some(({ kind, status }) => kind === 'capture' && status === 'pending');
  const rest = isCapturing ? [] : openRest(abandoned);
  return {
    told: {
      ...abandoned,
      entries: entries.map((entry) =>
        rest.includes(entry) && isDue(expiryOf(entry) + day) ? { ...entry, hasLapsed: true } : entry,
      ),
    },
    isUncertain,
  };
}

/** When an authorization lapses: 30 days after its approval where the provider names no time. */
export function expiryOf({ expiresAt, since }: ToldEntry): number {
  return expiresAt ?? since + 30 * day;
}

/** Counts the claims that the provider's word about their payment leaves room for, or that the account believes. */
export function count(told: Told, known: readonly RefundClaim[], isTrusting: boolean): Told {
  let { claims } = told;
  for (const claim of known) {
    const capture = captureNamed(told, claim.payments);
    if (claims.some(({ entry }) => entry.id === claim.entry.id) || !capture) continue;
    if (!capture.refunded && !isTrusting) continue;
    const amount = claim.entry.amount ?? (claim.isWhole ? capture.amount : undefined);
    const earlier = claims.filter((other) => captureNamed(told, other.payments) === capture);
    const sum = [amount, ...earlier.map(({ entry }) => entry.amount)].reduce(
      (total, part) => (total === undefined || part === undefined ? undefined : total + part),
      0,
    );
    if (capture.refunded !== 'full') {
      if (sum === undefined || capture.amount === undefined) continue;
      if (capture.refunded === 'partial' ? sum >= capture.amount : sum > capture.amount) continue;
    }
    claims = [...claims, { ...claim, entry: { ...claim.entry, amount }, isTrusted: isTrusting }];
  }
  return { ...told, claims };
}

/** The approved capture that one of these ids names: by its own id before its group. */
export function captureNamed({ entries }: Told, payments: readonly string[]): ToldEntry | undefined {
  const captures = entries
    .filter(({ kind, status }) => kind === 'capture' && status === 'approved')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return (
    captures.find(({ id }) => payments.includes(id)) ??
    captures.find(({ group }) => group !== undefined && payments.includes(group))
  );
}
