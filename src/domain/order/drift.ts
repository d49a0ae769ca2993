import { absorb } from '../money/absorb.ts';
import { amountsOf } from '../money/amounts.ts';
import { noFacts, type Reading } from '../money/payment.ts';
import { statusOf } from '../money/status.ts';
import type { Order } from './view.ts';

const buckets = ['authorized', 'captured', 'refunded', 'cancelled'] as const;

/** What is compared with the provider. */
export const comparedThings = ['status', 'currency', ...buckets] as const;

/** One field in which the order differs from the provider. Amounts are minor units; null: it is not known. */
export interface Difference {
  readonly what: (typeof comparedThings)[number];
  readonly ours: string | number | null;
  readonly theirs: string | number | null;
}

/** An order that differs from its provider. */
export interface Drift {
  readonly id: string;
  readonly differences: readonly Difference[];
}

/** The result of a comparison of an account's orders with the provider. */
export interface DriftReport {
  readonly account: string;
  readonly compared: number;
  /** Orders whose read failed. */
  readonly unread: number;
  readonly drifted: number;
  /** The first of the orders that drifted; all of them were rechecked. */
  readonly drifts: readonly Drift[];
}

/**
 * The differences between an order's public view and what its provider says now. What the provider cannot say is none:
 * a refund that only notifications report, or that the shopper did not pay in time.
 */
export function driftOf(order: Order, reading: Reading): readonly Difference[] {
  const { facts } = absorb(noFacts, reading, { now: 0, before: 0 });
  const status = statusOf(facts, order.kind);
  const amounts = amountsOf(facts);
  const isBlind = tellsNoRefunds(reading) && (order.amounts.refunded ?? 0) > 0;
  const isSettledByUs = order.status === 'expired' && (status === 'created' || status === 'pending');
  return [
    ...(order.status === status || isBlind || isSettledByUs
      ? []
      : [{ what: 'status' as const, ours: order.status, theirs: status }]),
    ...(differs(order.amounts.currency, amounts.currency)
      ? [{ what: 'currency' as const, ours: order.amounts.currency!, theirs: amounts.currency! }]
      : []),
    ...buckets
      .filter((bucket) => !(bucket === 'refunded' && isBlind))
      .flatMap((what) =>
        differs(order.amounts[what] ?? 0, amounts[what])
          ? [{ what, ours: order.amounts[what] ?? null, theirs: amounts[what] ?? null }]
          : [],
      ),
  ];
}

function tellsNoRefunds({ movements }: Reading): boolean {
  return movements.every(({ kind, refunded }) => kind !== 'refund' && refunded === undefined);
}

function differs<T>(ours: T | undefined, theirs: T | undefined): boolean {
  return theirs !== undefined && ours !== undefined && ours !== theirs;
}
