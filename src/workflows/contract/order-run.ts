import type { OrderState } from '../../domain/order/state.ts';
import type { Order } from '../../domain/order/view.ts';

// Everything in this folder is durable: workflow histories hold these names, so one that was in a release never changes.

export const workflowType = 'paymentOrder';

/** The field of the memo that holds the public view of the order. */
export const orderMemo = 'order';

/** The result of a run: the order, and the carry for the next run. */
export interface OrderResult {
  readonly order: Order;
  readonly carry: OrderState;
}
