import type { Amounts } from '../money/amounts.ts';
import type { EscalationChange } from '../escalation/ladder.ts';
import type { Status } from '../money/status.ts';

/** The types of the events that merchants get, one event for each change. */
export type MerchantEventType =
  | `order.${Exclude<Status, 'created'>}`
  | 'order.corrected'
  | `escalation.${EscalationChange}`
  | 'command.failed';

/** One event for the merchant. `sequence` rises by one with each event of an order; `at` is epoch milliseconds. */
export interface MerchantEvent {
  readonly type: MerchantEventType;
  readonly sequence: number;
  readonly at: number;
}

/** The order as the last event to its merchant showed it. */
export interface Announced {
  readonly status: Status;
  readonly captured?: number;
  readonly refunded?: number;
}

/** The part of an order whose change gives an event: status and moved money. */
export function announcementOf(status: Status, { captured, refunded }: Amounts): Announced {
  return { status, ...(captured !== undefined && { captured }), ...(refunded !== undefined && { refunded }) };
}

/**
 * The event for the difference between two announcements, if there is one. `isCorrected`: the provider took back what it
 * had said, which has an event of its own.
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
