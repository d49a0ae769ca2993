import type { Finding } from './findings.ts';
import { formatMoney } from './money.ts';
import {
  isSettled,
  movementKey,
  presences,
  type Facts,
  type HeldMovement,
  type Movement,
  type MovementKind,
  type Reading,
  type Settlement,
  type Summary,
} from './payment.ts';
import { without } from '../values.ts';

export interface Absorbed {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
}

/**
 * How each fact survives a read. `latest`: as in the last reading, even if absent. `kept`: until a later reading has it
 * anew. `merged`: by its own rule in `absorb`.
 */
const carriedFacts = {
  presence: 'merged',
  outcome: 'merged',
  captured: 'merged',
  refunded: 'merged',
  ordered: 'kept',
  movements: 'merged',
  reference: 'kept',
  method: 'kept',
  flags: 'latest',
  expiresAt: 'kept',
  unknown: 'latest',
  lapsed: 'merged',
} as const satisfies Record<keyof Facts | keyof Reading, 'latest' | 'kept' | 'merged'>;

const carriedNames = Object.keys(carriedFacts) as readonly (keyof Carried)[];

type Carried = typeof carriedFacts;
type FactsThatAre<How> = { [F in keyof Carried]: Carried[F] extends How ? F : never }[keyof Carried];
type MergedFacts = { readonly [F in FactsThatAre<'merged'>]: Facts[F] | undefined };

/**
 * Merges one reading into the facts. An entry that the reading leaves out is kept. A settled entry never returns to
 * pending; between two settled statuses the last reading wins, with a finding. Merging a reading twice changes nothing.
 */
export function absorb(facts: Facts, reading: Reading): Absorbed {
  const findings: Finding[] = [];
  const movements: Record<string, HeldMovement> = { ...facts.movements };
  for (const movement of reading.movements) {
    const key = movementKey(movement.kind, movement.id);
    const held = movements[key];
    movements[key] = held ? mergeMovement(held, movement, findings) : { ...movement, ...peakOf(movement) };
  }
  const outcome = mergeOutcome(facts, reading, findings);
  const merged: MergedFacts = {
    presence: furthest(facts.presence, reading.presence),
    outcome,
    captured: mergeSummary('captured', 'capture', facts, reading, movements),
    refunded: mergeSummary('refunded', 'refund', facts, reading, movements),
    movements,
    lapsed: outcome || facts.presence === 'unseen' ? undefined : facts.lapsed,
  };
  return { facts: carry(facts, reading, merged), findings };
}

/** The facts after a read, in the order of the table, so that equal facts are equal text. */
function carry(facts: Facts, reading: Reading, merged: MergedFacts): Facts {
  const told: Partial<Facts> = without(reading, 'movements');
  const valueOf = (fact: keyof Carried) => {
    const how = carriedFacts[fact];
    if (how === 'merged') return merged[fact as keyof MergedFacts];
    return how === 'kept' ? (told[fact] ?? facts[fact]) : told[fact];
  };
  const fields = carriedNames.map((fact) => [fact, valueOf(fact)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as unknown as Facts;
}

/** A session only goes forward; an older copy of it does not open it again. */
function furthest(before: Facts['presence'], now: Reading['presence']): Facts['presence'] {
  return presences.indexOf(before) > presences.indexOf(now) ? before : now;
}

function mergeMovement(held: HeldMovement, read: Movement, findings: Finding[]): HeldMovement {
  // A pending entry after a settled one comes from an older copy at the provider.
  if (isSettled(held.status) && !isSettled(read.status)) return held;
  if (isReversal(held, read)) {
    findings.push({
      code: 'corrected',
      detail: `${read.kind} ${held.status}, then ${read.status}: ${read.id}`,
    });
  }
  if (isChanged(held, read)) {
    findings.push({
      code: 'changed_fact',
      detail: `${read.kind} was ${amountText(held)}, now ${amountText(read)}: ${read.id}`,
    });
  }
  const merged = { ...held, ...read };
  return { ...merged, ...peakOf(merged, held.peak) };
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

function mergeOutcome(facts: Facts, reading: Reading, findings: Finding[]): Settlement | undefined {
  const { outcome: before } = facts;
  const { outcome: now } = reading;
  if (now === undefined || before === undefined || before === now) return now ?? before;
  if (isSettled(before) && !isSettled(now)) return before;
  if (isCorrection(before, now, facts))
    findings.push({ code: 'corrected', detail: `payment ${before}, then ${now}` });
  return now;
}

function isCorrection(before: Settlement, now: Settlement, facts: Facts): boolean {
  if (before === 'pending') return false;
  // Cancelling an approved payment is ordinary, not a correction.
  if (before === 'approved' && now === 'cancelled') return false;
  // While the session is open a rejection ends an attempt, not the payment.
  return !(before === 'rejected' && facts.presence === 'open');
}

/** The provider's summary of captures or refunds: it only grows, and is dropped with a success that was taken back. */
function mergeSummary(
  field: 'captured' | 'refunded',
  kind: MovementKind,
  facts: Facts,
  reading: Reading,
  movements: Facts['movements'],
): Summary | undefined {
  const { [field]: before } = facts;
  const { [field]: now } = reading;
  if (hasTakenBack(kind, facts, movements)) return now;
  if (before && !now && hasNoSuccess(kind, facts, movements)) return undefined;
  return before === 'full' ? 'full' : (now ?? before);
}

function hasTakenBack(kind: MovementKind, facts: Facts, movements: Facts['movements']): boolean {
  return Object.entries(movements).some(
    ([key, held]) =>
      held.kind === kind && held.status !== 'approved' && facts.movements[key]?.status === 'approved',
  );
}

/** The first entries that a read lists have no success, so the summary of earlier reads has nothing behind it. */
function hasNoSuccess(kind: MovementKind, facts: Facts, movements: Facts['movements']): boolean {
  const all = Object.entries(movements).filter(([, held]) => held.kind === kind);
  const isFirst = all.length > 0 && !all.some(([key]) => facts.movements[key]);
  return isFirst && all.every(([, { status }]) => isSettled(status) && status !== 'approved');
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
