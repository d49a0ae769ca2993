import type { OrderState } from '../../domain/order/state.ts';
import type { Order } from '../../domain/order/view.ts';

// Everything in this folder is durable: workflow histories hold these names, so one that was in a release never changes.

export const workflowType = 'paymentOrder';

/** The field of the memo that holds the order as everybody outside sees it. */
export const orderMemo = 'order';

/** What a run ends with: the order, and all that the next run of it goes on from. */
export interface OrderResult {
  readonly order: Order;
  readonly carry: OrderState;
}
