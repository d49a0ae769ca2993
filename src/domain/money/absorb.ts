import type { Finding } from './findings.ts';
import { joinedAliases, joinedId, sameMovements } from './joining.ts';
import { formatMoney } from './money.ts';
import {
  isSettled,
  movementKey,
  presences,
  type Facts,
  type HeldMovement,
  type Movement,
  type Reading,
} from './payment.ts';
import { withRefunds } from './refunds.ts';
import { without } from '../values.ts';

export interface Absorbed {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
}

/** When a reading was read, and when the one before it: epoch milliseconds. */
export interface ReadTimes {
  readonly now: number;
  readonly before: number;
}

/**
 * How each fact survives a read. `latest`: as in the last reading, even if absent. `kept`: until a later reading has it
 * anew. `word`: as in the last reading that says anything about the payment, and is no older copy of it. `merged`: by its
 * own rule in `absorb`.
 */
const carriedFacts = {
  presence: 'merged',
  outcome: 'word',
  captured: 'merged',
  ordered: 'kept',
  movements: 'merged',
  reference: 'kept',
  method: 'kept',
  flags: 'latest',
  unknown: 'latest',
  unfamiliar: 'latest',
  unreadable: 'latest',
  badDates: 'latest',
  lapsed: 'merged',
} as const satisfies Record<
  keyof Facts | Exclude<keyof Reading, 'ruledOut'>,
  'latest' | 'kept' | 'word' | 'merged'
>;

const carriedNames = Object.keys(carriedFacts) as readonly (keyof Carried)[];

type Carried = typeof carriedFacts;
type FactsThatAre<How> = { [F in keyof Carried]: Carried[F] extends How ? F : never }[keyof Carried];
type MergedFacts = { readonly [F in FactsThatAre<'merged'>]: Facts[F] | undefined };

/**
 * Merges one reading into the facts. An entry is as the last reading that listed it says; an approved one that is not
 * listed is kept, unless the provider's own entry excludes it. A settled entry never returns to pending; between two
 * settled statuses the last reading wins, with a finding. Merging a reading twice changes nothing.
 */
export function absorb(facts: Facts, reading: Reading, times: ReadTimes): Absorbed {
  const findings: Finding[] = [];
  const { movements, isOlder } = mergeMovements(facts, reading, times, findings);
  const isTold = reading.outcome !== undefined || reading.movements.length > 0;
  const isKept = isOlder || isSilent(reading);
  // What was captured is not unsaid by a cancel.
  const isCaptureKept = isKept || (reading.outcome === 'cancelled' && reading.captured === undefined);
  const merged: MergedFacts = {
    presence: furthest(facts.presence, reading.presence),
    captured: isCaptureKept ? facts.captured : reading.captured,
    movements,
    lapsed: isTold || facts.presence === 'unseen' ? undefined : facts.lapsed,
  };
  return { facts: carry(facts, reading, merged, isKept), findings };
}

/** The facts after a read, in the order of the table, so that equal facts are equal text. */
function carry(facts: Facts, reading: Reading, merged: MergedFacts, isQuiet: boolean): Facts {
  const told: Partial<Facts> = without(reading, 'movements', 'ruledOut');
  const valueOf = (fact: keyof Carried) => {
    const how = carriedFacts[fact];
    if (how === 'merged') return merged[fact as keyof MergedFacts];
    if (how === 'word' && isQuiet) return facts[fact];
    if (how === 'kept') return told[fact] ?? facts[fact];
    return told[fact];
  };
  const fields = carriedNames.map((fact) => [fact, valueOf(fact)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as unknown as Facts;
}

/** Whether a reading says nothing at all about the payment: an answer with fields missing takes nothing back. */
function isSilent({ presence, outcome, movements, ruledOut }: Reading): boolean {
  return presence !== 'absent' && outcome === undefined && movements.length === 0 && !ruledOut?.length;
}

/** A session only goes forward; an older copy of it does not open it again. */
function furthest(before: Facts['presence'], now: Reading['presence']): Facts['presence'] {
  return presences.indexOf(before) > presences.indexOf(now) ? before : now;
}

function mergeMovements(facts: Facts, reading: Reading, times: ReadTimes, findings: Finding[]) {
  const held: Record<string, HeldMovement> = { ...facts.movements };
  const listed = new Set<string>();
  // What an older copy of an entry excludes is old too.
  const stale = new Set<string>();
  const renamed = new Map<string, string>();
  for (const read of reading.movements) {
    const keys = sameMovements(held, read, reading).filter((key) => !listed.has(key));
    const same = keys.flatMap((key) => held[key] ?? []);
    findings.push(...countedTwice(same));
    for (const key of keys) delete held[key];
    const id = joinedId(same, read);
    const merged = merge(same, withRefunds({ ...read, id }, same, reading), times.now, findings);
    held[movementKey(read.kind, id)] = { ...merged, id, ...joinedAliases(id, [...same, read]) };
    listed.add(movementKey(read.kind, id));
    renamed.set(read.id, id);
    if (isSettled(merged.status) && !isSettled(read.status)) stale.add(read.id);
  }
  const excluded = new Set(
    (reading.ruledOut ?? [])
      .filter(({ id }) => !stale.has(id))
      .map(({ kind, id }) => movementKey(kind, renamed.get(id) ?? id)),
  );
  for (const [key, movement] of Object.entries(held)) {
    if (listed.has(key)) continue;
    const left = unlisted(movement, { isExcluded: excluded.has(key), reading, times }, findings);
    if (left) held[key] = left;
    else delete held[key];
  }
  return { movements: held, isOlder: stale.size > 0 };
}

/** Money that was counted under two names until a read showed that they are one. */
function countedTwice(same: readonly HeldMovement[]): readonly Finding[] {
  const approved = same.filter(({ status }) => status === 'approved');
  if (approved.length < 2) return [];
  const ids = approved.map(({ id }) => id).join(', ');
  return [{ code: 'corrected', detail: `one ${approved[0]!.kind}, not several: ${ids}`, subject: ids }];
}

/** What is left of a movement that a reading does not list. */
function unlisted(
  held: HeldMovement,
  { isExcluded, reading, times }: { isExcluded: boolean; reading: Reading; times: ReadTimes },
  findings: Finding[],
): HeldMovement | undefined {
  // Only a notification or a person has told it, so no reading lists it.
  if (held.evidence) return held;
  const isGone = reading.presence === 'absent' && held.status === 'approved';
  if (isExcluded && held.status === 'pending') return undefined;
  if ((isExcluded || isGone) && held.status === 'approved')
    // It stays, named or not: what was taken back is not forgotten.
    return without(merge([held], { ...held, status: 'cancelled' }, times.now, findings, isGone), 'isUnnamed');
  if (held.isUnnamed && !isSilent(reading)) {
    if (held.status === 'approved')
      findings.push({
        code: 'corrected',
        detail: `${held.kind} is no longer listed: ${held.id}`,
        subject: held.id,
      });
    return undefined;
  }
  if (held.kind !== 'authorization' || held.status !== 'pending') return held;
  return { ...held, lastListedAt: held.lastListedAt ?? times.before };
}

/** One movement of those that turn out to be the same, and of what the reading says of it. */
function merge(
  same: readonly HeldMovement[],
  read: Movement,
  now: number,
  findings: Finding[],
  isGone = false,
): HeldMovement {
  const held = strongest(same);
  if (!held) return { ...read, ...peakOf(read), since: now };
  // A pending entry after a settled one comes from an older copy at the provider.
  if (isSettled(held.status) && !isSettled(read.status)) return held;
  if (isReversal(held, read) || isGone) {
    const detail = `${read.kind} ${held.status}, then ${isGone ? 'unknown to the provider' : read.status}: ${read.id}`;
    findings.push({ code: 'corrected', detail, subject: read.id });
  }
  if (isChanged(held, read)) {
    const detail = `${read.kind} was ${amountText(held)}, now ${amountText(read)}: ${read.id}`;
    findings.push({ code: 'changed_fact', detail, subject: read.id });
  }
  const isKept = held.status === read.status;
  const isTakenBack =
    read.kind === 'capture' && read.status !== 'approved' && (held.isTakenBack || held.status === 'approved');
  const lasting = without(
    held,
    'lastListedAt',
    'isAbandoned',
    'isTakenBack',
    'isUnnamed',
    'refunded',
    'isWhole',
  );
  return {
    // A changed or prolonged authorization holds again.
    ...(isKept && !differs(held.expiresAt, read.expiresAt) ? lasting : without(lasting, 'lapsedAt')),
    ...without(read, 'isUnnamed'),
    ...(held.isUnnamed && read.isUnnamed && { isUnnamed: true as const }),
    ...peakOf({ ...held, ...read }, held.peak),
    since: isKept ? held.since : now,
    ...(isTakenBack && { isTakenBack: true as const }),
  };
}

/** Of movements that were held under several names: the settled one, with the earliest time. */
function strongest(same: readonly HeldMovement[]): HeldMovement | undefined {
  const [first, ...others] = same;
  return others.reduce<HeldMovement | undefined>((before, other) => {
    if (!before) return other;
    const one = isSettled(other.status) && !isSettled(before.status) ? other : before;
    const named = before.isUnnamed ? other : before;
    const joined = { ...one, since: Math.min(before.since, other.since) };
    return named.isUnnamed ? joined : without(joined, 'isUnnamed');
  }, first);
}

/** Whether a settled movement is now settled the other way. Releasing an authorization is no correction. */
function isReversal(held: Movement, read: Movement): boolean {
  if (!isSettled(held.status) || held.status === read.status) return false;
  return held.kind !== 'authorization' || (held.status !== 'rejected' && read.status === 'rejected');
}

function isChanged(held: Movement, read: Movement): boolean {
  return differs(held.amount, read.amount) || differs(held.currency, read.currency);
}

function differs<T>(before: T | undefined, now: T | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

function peakOf(movement: Movement, before?: number): { peak?: number } {
  // A pending amount may be approved for less.
  const amount = movement.status === 'pending' ? undefined : movement.amount;
  const peak = before === undefined || (amount !== undefined && amount > before) ? amount : before;
  return peak === undefined ? {} : { peak };
}

function amountText({ amount, currency }: Movement): string {
  return amount === undefined ? 'unknown' : formatMoney({ amount, currency: currency ?? '' });
}
