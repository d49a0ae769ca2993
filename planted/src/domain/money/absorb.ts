import type { Finding } from './findings.ts';
import { formatMoney } from './money.ts';
import {
  isSettled,
  movementKey,
  type Facts,
  type HeldMovement,
  type Movement,
  type MovementKind,
  type Reading,
  type Settlement,
} from './payment.ts';

export interface Absorbed {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
}

/**
 * Folds one reading into the facts: the law of the house. Total, and monotonic: an entry that is absent is kept, a settled
 * one never returns to pending, among settled words the last read stands and the change is a finding.
 * Absorbing the same reading twice changes nothing, and what remains depends on the last reading alone.
 */
export function absorb(facts: Facts, reading: Reading): Absorbed {
  const found: Finding[] = [];
  const movements: Record<string, HeldMovement> = { ...facts.movements };
  for (const movement of reading.movements) {
    const key = movementKey(movement.kind, movement.id);
    const held = movements[key];
    movements[key] = held ? mergeMovement(held, movement, found) : { ...movement, ...peakOf(movement) };
  }
  const outcome = mergeOutcome(facts, reading, found);
  const captured = mergeSummary('captured', 'capture', facts, reading, movements);
  const refunded = mergeSummary('refunded', 'refund', facts, reading, movements);
  return {
    facts: {
      presence: furthest(facts.presence, reading.presence),
      ...(outcome && { outcome }),
      ...(captured && { captured }),
      ...(refunded && { refunded }),
      ...pick('ordered', reading.ordered ?? facts.ordered),
      movements,
      ...pick('reference', reading.reference ?? facts.reference),
      ...pick('method', reading.method ?? facts.method),
      ...pick('onHold', reading.onHold),
      ...pick('expiresAt', reading.expiresAt ?? facts.expiresAt),
      ...pick('unknown', reading.unknown),
      ...pick('lapsed', outcome || facts.presence === 'unseen' ? undefined : facts.lapsed),
    },
    findings: found,
  };
}

const presences = ['unseen', 'absent', 'open', 'closed'] as const satisfies readonly Facts['presence'][];

/** A session only goes on; an older copy of it does not open it again. */
function furthest(before: Facts['presence'], now: Reading['presence']): Facts['presence'] {
  return presences.indexOf(before) > presences.indexOf(now) ? before : now;
}

function mergeMovement(held: HeldMovement, read: Movement, found: Finding[]): HeldMovement {
  // A pending entry after a settled one comes from an older copy at the provider: it tells nothing.
  if (isSettled(held.status) && !isSettled(read.status)) return held;
  if (isReversal(held, read)) {
    found.push({
      code: 'corrected',
      detail: `${read.kind} ${held.status}, then ${read.status}: ${read.id}`,
    });
  }
  if (isChanged(held, read)) {
    found.push({
      code: 'changed_fact',
      detail: `${read.kind} was ${amountText(held)}, now ${amountText(read)}: ${read.id}`,
    });
  }
  const merged = { ...held, ...read };
  return { ...merged, ...peakOf(merged, held.peak) };
}

/** Money that was settled one way and is now settled the other. Releasing an authorization is no correction. */
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

function mergeOutcome(facts: Facts, reading: Reading, found: Finding[]): Settlement | undefined {
  const { outcome: before } = facts;
  const { outcome: now } = reading;
  if (now === undefined || before === undefined || before === now) return now ?? before;
  if (isSettled(before) && !isSettled(now)) return before;
  if (isCorrection(before, now, facts))
    found.push({ code: 'corrected', detail: `payment ${before}, then ${now}` });
  return now;
}

function isCorrection(before: Settlement, now: Settlement, facts: Facts): boolean {
  if (before === 'pending') return false;
  // Cancelling what was approved is the ordinary way to cancel.
  if (before === 'approved' && now === 'cancelled') return false;
  // While the session is open a rejection ends an attempt, not the payment.
  return !(before === 'rejected' && facts.presence === 'open');
}

/** The provider's word on captures or refunds as a whole: it only grows, and falls with an entry that it was about. */
function mergeSummary(
  word: 'captured' | 'refunded',
  kind: MovementKind,
  facts: Facts,
  reading: Reading,
  movements: Facts['movements'],
): 'partial' | 'full' | undefined {
  const { [word]: before } = facts;
  const { [word]: now } = reading;
  if (hasTakenBack(kind, facts, movements)) return now;
  if (before && !now && isHollow(kind, facts, movements)) return undefined;
  return before === 'full' ? 'full' : (now ?? before);
}

function hasTakenBack(kind: MovementKind, facts: Facts, movements: Facts['movements']): boolean {
  return Object.entries(movements).some(
    ([key, held]) =>
      held.kind === kind && held.status !== 'approved' && facts.movements[key]?.status === 'approved',
  );
}

/** Nothing stands behind the word: reads that left the entries out told it, and the first that lists one lists no success. */
function isHollow(kind: MovementKind, facts: Facts, movements: Facts['movements']): boolean {
  const all = Object.entries(movements).filter(([, held]) => held.kind === kind);
  const isFirst = all.length > 0 && !all.some(([key]) => facts.movements[key]);
  return isFirst && all.every(([, { status }]) => isSettled(status) && status !== 'approved');
}

function peakOf(movement: Movement, before?: number): { peak?: number } {
  // What is only asked for may be approved for less.
  const amount = movement.status === 'pending' ? undefined : movement.amount;
  const peak = before === undefined || (amount !== undefined && amount > before) ? amount : before;
  return peak === undefined ? {} : { peak };
}

function amountText({ amount, currency }: Movement): string {
  return amount === undefined ? 'unknown' : formatMoney({ amount, currency: currency ?? '' });
}

function pick<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
