import type { Presence, Settlement } from '../../domain/money/payment.ts';

/** `moduleStatus.payment.orderStatus`, the status of the order. Hooks never have the last two. */
export const orderStatuses = {
  order_pending: { outcome: 'pending' },
  order_approved_not_captured: { outcome: 'approved' },
  order_rejected: { outcome: 'rejected' },
  order_cancelled: { outcome: 'cancelled' },
  captured_full: { outcome: 'approved', captured: 'full' },
  captured_partial: { outcome: 'approved', captured: 'partial' },
} as const satisfies Record<string, { outcome: Settlement; captured?: 'partial' | 'full' }>;

/** The status of one transaction, capture or refund. */
export const entryStatuses = {
  pending: 'pending',
  approved: 'approved',
  rejected: 'rejected',
  cancelled: 'cancelled',
} as const satisfies Record<string, Settlement>;

/** `status`, the progress of the shopper. A completed session is not necessarily paid. */
export const sessionStatuses = {
  started: 'open',
  modules_in_progress: 'open',
  in_progress: 'open',
  pending: 'open',
  completed: 'closed',
  rejected: 'closed',
  cancelled: 'closed',
  failed: 'closed',
  expired: 'closed',
} as const satisfies Record<string, Presence>;
