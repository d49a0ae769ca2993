import { amountsOf, currencyOf, highestAuthorized, movementsOf } from './amounts.ts';
import type { Facts, Kind, Settlement } from './payment.ts';

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
  placed: ['partially_captured', 'captured', 'partially_refunded', 'refunded', 'cancelled'],
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
  // In the currency of the payment: whether money was taken does not depend on what was registered.
  const currency = currencyOf(facts);
  const { captured, refunded, cancelled = 0 } = amountsOf(facts);
  const hasCapture = movementsOf(facts, 'capture', currency, 'approved').length > 0 && captured !== 0;
  const hasRefund = movementsOf(facts, 'refund', currency, 'approved').length > 0 && refunded !== 0;
  const highest = highestAuthorized(facts, currency);

  if (hasRefund && captured !== undefined && refunded !== undefined && captured > 0 && refunded >= captured)
    return 'refunded';
  if (hasRefund || facts.refunded) return facts.refunded === 'full' ? 'refunded' : 'partially_refunded';
  if (facts.captured === 'full') return 'captured';
  if (
    hasCapture &&
    captured !== undefined &&
    highest !== undefined &&
    highest > 0 &&
    captured >= highest - cancelled
  )
    return 'captured';
  if (hasCapture || facts.captured === 'partial') return 'partially_captured';
  return facts.outcome === 'approved' ? 'placed' : facts.outcome;
}

const payoutStatuses = {
  pending: 'pending',
  approved: 'paid_out',
  rejected: 'rejected',
  cancelled: 'rejected',
} as const satisfies Record<Settlement, Status>;

function payoutStatus({ outcome }: Facts): Status | undefined {
  return outcome && payoutStatuses[outcome];
}

function idleStatus(facts: Facts): Status {
  // A status word that the adapter does not know may be an outcome, so the order does not expire.
  if (facts.unknown?.length) return 'created';
  return facts.lapsed || facts.presence === 'closed' ? 'expired' : 'created';
}
