import { amountsOf, ceilingSum } from './amounts.ts';
import { inFlight, isAnyCaptured, outcomeOf, type Outcome } from './attempts.ts';
import { currencyOf } from './currency.ts';
import { settlements, type Facts, type Kind } from './payment.ts';
import { inCurrency, movementsOf } from './payments.ts';

export const statuses = [
  'created',
  'pending',
  'placed',
  'partially_captured',
  'captured',
  'partially_refunded',
  'refunded',
  'rejected',
  'cancelled',
  'expired',
  'paid_out',
] as const;

export type Status = (typeof statuses)[number];

const finals: readonly Status[] = ['refunded', 'rejected', 'cancelled', 'expired', 'paid_out'];

/** Whether nothing more is expected. A later read still moves a final order. */
export function isFinal(status: Status): boolean {
  return finals.includes(status);
}

/**
 * The ordinary moves of an order; the key is the status that it leaves. The provider wins over this graph: any other move
 * gives the finding `corrected`. docs/understand.md draws it.
 */
export const graph: Readonly<Record<Status, readonly Status[]>> = {
  created: [
    'pending',
    'placed',
    'partially_captured',
    'captured',
    'partially_refunded',
    'refunded',
    'rejected',
    'cancelled',
    'expired',
    'paid_out',
  ],
  pending: [
    'placed',
    'partially_captured',
    'captured',
    'partially_refunded',
    'refunded',
    'rejected',
    'cancelled',
    'expired',
    'paid_out',
  ],
  placed: ['partially_captured', 'captured', 'partially_refunded', 'refunded', 'cancelled', 'expired'],
  partially_captured: ['captured', 'partially_refunded', 'refunded'],
  captured: ['partially_refunded', 'refunded'],
  partially_refunded: ['refunded'],
  refunded: [],
  rejected: [],
  cancelled: [],
  expired: [],
  paid_out: [],
};

/** The status that follows from the facts; the first match wins, in the order of docs/understand.md. */
export function statusOf(facts: Facts, kind: Kind): Status {
  return (kind === 'payout' ? payoutStatus(facts) : depositStatus(facts)) ?? idleStatus(facts);
}

function depositStatus(facts: Facts): Status | undefined {
  if (isAnyRefunded(facts)) return isAllRefunded(facts) ? 'refunded' : 'partially_refunded';
  if (isCapturedInFull(facts)) return 'captured';
  if (isAnyMoneyTaken(facts)) return 'partially_captured';
  if (hasLapsed(facts)) return 'expired';
  const outcome = outcomeOf(facts);
  return outcome && depositStatuses[outcome];
}

const depositStatuses = {
  pending: 'pending',
  approved: 'placed',
  rejected: 'rejected',
  cancelled: 'cancelled',
  lapsed: 'expired',
} as const satisfies Record<Outcome, Status>;

/** A capture that took nothing is none. */
function isAnyMoneyTaken(facts: Facts): boolean {
  const approved = movementsOf(facts, 'capture', 'approved');
  if (approved.length === 0) return isAnyCaptured(facts);
  // Money in another currency than the order's is no capture of it.
  return inCurrency(approved, currencyOf(facts)).length > 0 && amountsOf(facts).captured !== 0;
}

function isAnyRefunded(facts: Facts): boolean {
  // In the currency of the payment: whether money went back does not depend on what was registered.
  const currency = currencyOf(facts);
  const isTold = movementsOf(facts, 'capture', 'approved').some(({ refunded }) => refunded !== undefined);
  const isListed = inCurrency(movementsOf(facts, 'refund', 'approved'), currency).length > 0;
  return isTold || (isListed && amountsOf(facts).refunded !== 0);
}

/** Whether all that was captured went back, and nothing more can be captured. */
function isAllRefunded(facts: Facts): boolean {
  const { captured, refunded } = amountsOf(facts);
  const captures = movementsOf(facts, 'capture', 'approved');
  const isTold = captures.length > 0 && captures.every((capture) => capture.refunded === 'full');
  const isSummed = captured !== undefined && refunded !== undefined && captured > 0 && refunded >= captured;
  return (isTold || isSummed) && isCapturedInFull(facts) && inFlight(facts).length === 0;
}

/**
 * Whether nothing more can be captured: approved captures reach what was authorized less what was released, or the
 * provider took its payment whole, or its word says so and no entry contradicts it.
 */
export function isCapturedInFull(facts: Facts): boolean {
  if (!isAnyMoneyTaken(facts)) return false;
  const { authorized = Infinity, captured, cancelled = 0 } = amountsOf(facts);
  const ceiling = ceilingSum(facts, currencyOf(facts));
  const listed = movementsOf(facts, 'capture', ...settlements);
  if (listed.length > 0 && captured !== undefined && ceiling !== undefined) {
    // A provider that has lowered what is authorized says itself whether this is all.
    const asked = facts.captured === 'full' ? Math.min(authorized, ceiling) : ceiling;
    return captured >= asked - cancelled;
  }
  const isWhole = listed.some(({ status, isWhole: whole }) => status === 'approved' && whole);
  return isWhole || facts.captured === 'full';
}

/** Whether every authorization lapsed, with nothing captured or under way. */
function hasLapsed(facts: Facts): boolean {
  const approved = movementsOf(facts, 'authorization', 'approved');
  return (
    approved.length > 0 &&
    approved.every(({ lapsedAt }) => lapsedAt !== undefined) &&
    inFlight(facts).length === 0
  );
}

const payoutStatuses = {
  pending: 'pending',
  approved: 'paid_out',
  rejected: 'rejected',
  cancelled: 'rejected',
  lapsed: 'expired',
} as const satisfies Record<Outcome, Status>;

function payoutStatus(facts: Facts): Status | undefined {
  const outcome = outcomeOf(facts);
  return outcome && payoutStatuses[outcome];
}

/**
 * Whether nothing more is expected and no money is in flight. A later read still moves a final order.
 */
export function isAtEnd(status: Status, facts: Facts): boolean {
  return isFinal(status) && inFlight(facts).length === 0;
}

function idleStatus(facts: Facts): Status {
  // A status word that the adapter does not know may be an outcome, so the order does not expire.
  if (facts.unknown?.length) return 'created';
  return facts.lapsed || facts.presence === 'closed' ? 'expired' : 'created';
}
