import type { Amounts } from '../../domain/money/amounts.ts';
import type { Reason } from '../../domain/escalation/reasons.ts';
import { formatMoney } from '../../domain/money/money.ts';
import type { Status } from '../../domain/money/status.ts';
import type { Order } from '../../domain/order/view.ts';

export type Bucket = Exclude<keyof Amounts, 'currency'>;

const byReason: { readonly [R in Reason]?: Bucket } = {
  over_captured: 'captured',
  over_refunded: 'refunded',
  capture_failed: 'authorized',
  refund_failed: 'captured',
  authorization_expiring: 'authorized',
};

const byStatus: Readonly<Record<Status, Bucket>> = {
  created: 'expected',
  pending: 'expected',
  placed: 'authorized',
  partially_captured: 'captured',
  captured: 'captured',
  partially_refunded: 'refunded',
  refunded: 'refunded',
  rejected: 'expected',
  cancelled: 'cancelled',
  expired: 'expected',
  paid_out: 'captured',
};

/** The most useful amount of a stuck order, by its oldest reason, else by its status. Undefined where none is known. */
export function keyAmount(order: Order): { readonly bucket: Bucket; readonly text: string } | undefined {
  const { amounts, status, escalation } = order;
  const [reason] = escalation?.reasons ?? [];
  const wanted = [(reason && byReason[reason]) ?? byStatus[status], 'expected', 'authorized'] as const;
  const bucket = wanted.find((bucket) => amounts[bucket] !== undefined);
  return bucket && { bucket, text: amountText(amounts, bucket) };
}

/** An amount for reading: `300.00 SEK`. An absent amount is unknown, which is not 0. */
export function amountText({ currency, ...buckets }: Amounts, bucket: Bucket): string {
  const amount = buckets[bucket];
  if (amount === undefined) return 'unknown';
  return currency === undefined ? `${amount} minor units` : formatMoney({ amount, currency });
}
