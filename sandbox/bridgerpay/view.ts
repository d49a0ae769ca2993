import type { Behaviour } from './behaviour.ts';
import { card, payer } from './canaries.ts';
import { majorOf, decimalOf } from './money.ts';
import { type Attempt, type Order, sessionOf, statusOf } from './order.ts';

/** What a read says of a transaction, before it is put into the words of deposits or of payouts. */
export interface Shown {
  readonly orderId: string;
  readonly transactionId: string;
  readonly status: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** Goes on the wire in place of the amount, as it is. */
  readonly rawAmount?: string | number | undefined;
}

export function shownOf(order: Order, attempt: Attempt, behaviour: Behaviour): Shown {
  const { transactionId, amount, currency } = attempt;
  const status = statusOf(order, attempt, behaviour.readsShowRefunds);
  return { orderId: order.orderId, transactionId, status, amount, currency };
}

/** The deposit as `GET /v2/merchant/{api_key}/deposits/{order_id}` shows it: amount and code are strings. */
export function wireDeposit(order: Order, attempt: Attempt, shown: Shown) {
  const terms = sessionOf(order, attempt)?.terms ?? order.terms;
  return {
    psp_name: 'Sandbox PSP',
    country: terms.country,
    email: terms.shopper.email ?? payer.email,
    transaction_id: shown.transactionId,
    psp_order_id: attempt.pspOrderId,
    merchant_order_id: shown.orderId,
    amount: shown.rawAmount ?? decimalOf(shown.amount, shown.currency),
    currency: shown.currency,
    decline_reason: attempt.declineReason,
    decline_code: attempt.declineCode === null ? null : String(attempt.declineCode),
    card_type: terms.method === 'credit_card' ? card.brand : null,
    status: shown.status,
  };
}

/** The payout as its reads show it: the amount is a number, the status has a capital. */
export function wirePayout({ terms }: Order, attempt: Attempt, shown: Shown) {
  const { country, method, shopper } = terms;
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
