/** The events to subscribe to, each with its statuses. */
export const hookStatuses = {
  session_status: ['completed'],
  order_status: ['order_pending', 'order_approved_not_captured', 'order_rejected', 'order_cancelled'],
  capture_status: ['pending', 'approved', 'rejected', 'cancelled'],
  refund_status: ['pending', 'approved', 'rejected', 'cancelled'],
} as const satisfies Record<string, readonly string[]>;

export type HookName = keyof typeof hookStatuses;
export const hookNames = Object.keys(hookStatuses) as [HookName, ...HookName[]];

/** The status of an order before any capture; `captured_full` and `captured_partial` are derived. */
export type OrderOutcome = (typeof hookStatuses.order_status)[number];
export type OrderStatus = OrderOutcome | 'captured_full' | 'captured_partial';

export const entryStatuses = ['pending', 'approved', 'rejected', 'cancelled'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** The status of the authorization for each outcome of the order. */
export const transactionStatus = {
  order_pending: 'pending',
  order_approved_not_captured: 'approved',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
} as const satisfies Record<OrderOutcome, EntryStatus>;

export const sessionStatuses = ['started', 'completed', 'rejected', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

export const productTypes = [
  'physical',
  'digital',
  'virtual',
  'shipping_fee',
  'shipping_line',
  'discount',
  'deposit',
  'surcharge',
  'adjustment',
  'gift_card',
] as const;
