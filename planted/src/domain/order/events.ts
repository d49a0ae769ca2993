import type { Amounts } from '../money/amounts.ts';
import type { EscalationChange } from '../escalation/ladder.ts';
import type { Status } from '../money/status.ts';

/** What merchants are told, one event per change. */
export type MerchantEventType =
  | `order.${Exclude<Status, 'created'>}`
  | 'order.corrected'
  | `escalation.${EscalationChange}`
  | 'command.failed';

/** One thing that the merchant is to be told. `sequence` rises by one with each event of an order. */
export interface MerchantEvent {
  readonly type: MerchantEventType;
  readonly sequence: number;
  readonly at: number;
}

/** What an order looked like when its merchant was last told. */
export interface Announced {
  readonly status: Status;
  readonly captured?: number;
  readonly refunded?: number;
}

/** What is worth telling about: the status, and money that moved while the status stayed. */
export function announcementOf(status: Status, { captured, refunded }: Amounts): Announced {
  return { status, ...(captured !== undefined && { captured }), ...(refunded !== undefined && { refunded }) };
}

/**
 * The event that tells the difference between two announcements, if there is one. `isCorrected` marks a change in which
 * the provider took something back; a merchant treats that apart from ordinary progress.
 */
export function eventFor(
  before: Announced,
  now: Announced,
  isCorrected: boolean,
): MerchantEventType | undefined {
  const hasMoved =
    (before.captured ?? 0) !== (now.captured ?? 0) || (before.refunded ?? 0) !== (now.refunded ?? 0);
  if (before.status === now.status && !hasMoved) return undefined;
  if (isCorrected) return 'order.corrected';
  return now.status === 'created' ? undefined : `order.${now.status}`;
}
