import type { Behaviour } from './behaviour.ts';
import { card, payer } from './canaries.ts';
import { majorOf, decimalOf } from './money.ts';
import { type Attempt, type BridgerpayOrder, sessionOf, shownIdOf, statusOf } from './order.ts';

/** The content of a read, before it gets the format of deposits or of payouts. */
export interface Shown {
  readonly orderId: string;
  /** Null while the payment provider has not told it. */
  readonly transactionId: string | null;
  readonly status: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** Sent as it is in place of the amount. */
  readonly rawAmount?: string | number | undefined;
}

export function shownOf(order: BridgerpayOrder, attempt: Attempt, behaviour: Behaviour): Shown {
  const { amount, currency } = attempt;
  const status = statusOf(order, attempt, behaviour.readsShowRefunds);
  return { orderId: order.orderId, transactionId: shownIdOf(attempt), status, amount, currency };
}

/** The deposit as `GET /v2/merchant/{api_key}/deposits/{order_id}` shows it: amount and code are strings. */
export function wireDeposit(order: BridgerpayOrder, attempt: Attempt, shown: Shown) {
  const request = sessionOf(order, attempt)?.request ?? order.request;
  return {
    psp_name: 'Sandbox PSP',
    country: request.country,
    email: request.shopper.email ?? payer.email,
    transaction_id: shown.transactionId,
    psp_order_id: attempt.pspOrderId,
    merchant_order_id: shown.orderId,
    amount: shown.rawAmount ?? decimalOf(shown.amount, shown.currency),
    currency: shown.currency,
    decline_reason: attempt.declineReason,
    decline_code: attempt.declineCode === null ? null : String(attempt.declineCode),
    card_type: request.method === 'credit_card' ? card.brand : null,
    status: shown.status,
  };
}

/** The deposit as `GET /mpi/v2/{api_key}/deposit/transaction/{id}` shows it, by BridgerPay's own id. */
export function wireTransaction(order: BridgerpayOrder, attempt: Attempt, shown: Shown) {
  const request = sessionOf(order, attempt)?.request ?? order.request;
  return {
    ...wireDeposit(order, attempt, shown),
    id: attempt.id,
    cashier_session_id: attempt.sessionId ?? null,
    last_four_digits: request.method === 'credit_card' ? card.number : null,
    payment_method: request.method,
    processing_date: new Date(attempt.createdAt).toISOString(),
  };
}

/** The payout as its reads show it: the amount is a number, the status has a capital. */
export function wirePayout({ request }: BridgerpayOrder, attempt: Attempt, shown: Shown) {
  const { country, method, shopper } = request;
  return {
    id: attempt.id,
    transaction_id: shown.transactionId,
    psp_name: 'Sandbox PSP',
    psp_order_id: attempt.pspOrderId,
    merchant_order_id: shown.orderId,
    order_description: 'null',
    first_name: shopper.firstName ?? payer.firstName,
    last_name: shopper.lastName ?? payer.lastName,
    address: null,
    city: null,
    zip_code: null,
    country,
    email: shopper.email ?? payer.email,
    amount: shown.rawAmount ?? majorOf(shown.amount, shown.currency),
    currency: shown.currency,
    ip_address: null,
    state: null,
    payout_method_type: method === 'credit_card' ? 'CreditCard' : 'BankAccount',
    decline_reason: attempt.declineReason,
    decline_code: attempt.declineCode === null ? null : String(attempt.declineCode),
    status: capitalised(shown.status),
    processing_date: new Date(attempt.createdAt).toISOString(),
    processing_date_timestamp: Math.floor(attempt.createdAt / 1000),
  };
}

export function capitalised(status: string): string {
  return status.slice(0, 1).toUpperCase() + status.slice(1);
}
