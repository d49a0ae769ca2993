import type { Behaviour } from './behaviour.ts';
import { card, description, payer, wallet } from './canaries.ts';
import { decimalOf, majorOf } from './money.ts';
import {
  type Attempt,
  type CashierSession,
  type BridgerpayOrder,
  type Refund,
  type Shopper,
  type PaymentRequest,
  refundedOf,
  sessionOf,
  shownIdOf,
} from './order.ts';
import { isOneOf, isPaid, refundTypes } from './vocabulary.ts';

/** The event of a notification. An unknown `type` gets the shape of an outcome. */
export interface NotificationEvent {
  readonly type: string;
  readonly order: BridgerpayOrder;
  readonly session?: CashierSession | undefined;
  readonly attempt?: Attempt | undefined;
  readonly refund?: Refund | undefined;
  /** When the event was registered, in ms. */
  readonly at: number;
  readonly behaviour: Behaviour;
}

export type Notification = Readonly<Record<string, unknown>>;

/** The notification of an event, with exactly the keys that the recorded notifications of its type have. */
export function notificationOf(event: NotificationEvent): Notification {
  const { type, behaviour } = event;
  const { data, meta } = bodyOf(event);
  const body = { webhook: { type }, data, meta };
  // Fields that do not apply are undefined here; the behaviour decides whether they are left out or null.
  const text = JSON.stringify(body, (_key, value: unknown) =>
    value === undefined && behaviour.notApplicable === 'null' ? null : value,
  );
  return JSON.parse(text) as Notification;
}

function bodyOf(event: NotificationEvent): { data: object; meta: object } {
  if (event.type === 'cashier.session.init') return initBody(event);
  if (event.type === 'cashier.session.close') return closeBody(event);
  return isOneOf(refundTypes, event.type) ? refundBody(event) : outcomeBody(event);
}

/** BridgerPay writes unknown values as words here: `"null"` for email and payload, a space for the name. */
function initBody(event: NotificationEvent) {
  const { type, order, at } = event;
  const session = event.session ?? order.sessions.at(-1);
  const { amount, currency, payload, platformId, shopper } = session?.request ?? order.request;
  const { firstName = '', lastName = '', email = 'null' } = shopper;
  return {
    data: {
      charge: {
        type,
        attributes: {
          status: type,
          amount: majorOf(amount, currency),
          live_mode: true,
          currency,
          created_at: seconds(session?.openedAt ?? at),
          source: { email, ip_address: payer.ip, name: `${firstName} ${lastName}` },
        },
      },
      order_id: order.orderId,
    },
    meta: {
      ...metaOf(event),
      payload: payload ?? 'null',
      cashier_session_id: session?.sessionId,
      platform_id: platformId,
      ...trackingOf(event),
    },
  };
}

/** The only type that has its order id in the charge alone. */
function closeBody(event: NotificationEvent) {
  const { type, order, at } = event;
  const session = event.session ?? order.sessions.at(-1);
  const { payload, platformId } = session?.request ?? order.request;
  const attributes = { status: type, created_at: seconds(at) };
  return {
    data: { charge: { type, order_id: order.orderId, psp_order_id: null, attributes } },
    meta: {
      ...metaOf(event),
      payload,
      cashier_session_id: session?.sessionId,
      platform_id: platformId,
      ...trackingOf(event),
    },
  };
}

function outcomeBody(event: NotificationEvent) {
  const { type, order, behaviour } = event;
  const attempt = attemptOf(event);
  const request = requestOf(order, attempt);
  const isDeposit = order.kind === 'deposit';
  const isCard = request.method === 'credit_card';
  const isDeclined = attempt.status === 'declined';
  const isRefundable = isDeposit && isPaid(attempt.status) && behaviour.allowRefunds;
  return {
    data: {
      order_id: order.orderId,
      psp_name: 'sandbox_psp',
      charge: {
        type,
        id: shownIdOf(attempt),
        psp_order_id: attempt.pspOrderId,
        attributes: {
          is3_d: isDeposit && isCard ? true : undefined,
          live_mode: isDeposit ? true : undefined,
          amount: majorOf(attempt.amount, attempt.currency),
          status: type,
          card_number: isCard ? card.number : undefined,
          currency: attempt.currency,
          payment_method: isDeposit ? request.method : undefined,
          description: isDeposit ? description : undefined,
          decline_code: declineCodeOf(attempt, behaviour),
          decline_reason: attempt.declineReason,
          reference_id: null,
          created_at: seconds(attempt.createdAt),
          updated_at: 0,
          source: sourceOf(request),
          ...cardOf(isCard),
          customer: {
            full_name: nameOf(request.shopper),
            ...addressOf(request),
            extra_data: isCard ? {} : wallet,
            ...(behaviour.newerFields && newerCustomer),
          },
          credit_card_token: isCard ? (isDeclined ? null : card.token) : undefined,
          mid_alias: 'sandbox-mid',
          ...(behaviour.newerFields && newerAttributes(isDeclined)),
        },
        is_refundable: isRefundable,
        refund_id: isRefundable ? attempt.id : '',
        operation_type: order.kind,
        deposit_source: isDeposit ? behaviour.depositSource : undefined,
        ...(behaviour.newerFields && newerCharge(attempt)),
      },
    },
    meta: {
      ...metaOf(event),
      payload: isDeposit ? request.payload : undefined,
      cashier_session_id: isDeposit ? sessionOf(order, attempt)?.sessionId : undefined,
      platform_id: isDeposit ? request.platformId : undefined,
      ...trackingOf(event),
    },
  };
}

/** The amount of a refund is negative, and the payload is not repeated. */
function refundBody(event: NotificationEvent) {
  const { type, order, behaviour } = event;
  const attempt = attemptOf(event);
  const { refund } = event;
  const request = requestOf(order, attempt);
  const isCard = request.method === 'credit_card';
  const currency = refund?.currency ?? attempt.currency;
  return {
    data: {
      order_id: order.orderId,
      psp_name: 'sandbox_psp',
      charge: {
        type,
        id: chargeIdOf(event, attempt),
        psp_order_id: attempt.pspOrderId,
        attributes: {
          is3_d: isCard ? true : undefined,
          live_mode: true,
          amount: toldRefund(refundAmountOf(event, attempt), currency, behaviour),
          status: type,
          card_number: isCard ? card.number : undefined,
          currency,
          payment_method: request.method,
          description,
          created_at: seconds(refund?.createdAt ?? event.at),
          updated_at: 0,
          source: sourceOf(request),
          ...cardOf(isCard),
          customer: { ...addressOf(request), ...(behaviour.newerFields && newerCustomer) },
          ...(behaviour.newerFields && newerAttributes(false)),
        },
        is_refundable: true,
        refund_id: behaviour.refundIds === 'own' ? (refund?.refundId ?? attempt.id) : attempt.id,
        ...(behaviour.newerFields && newerCharge(attempt)),
      },
    },
    meta: {
      ...metaOf(event),
      cashier_session_id: sessionOf(order, attempt)?.sessionId,
      platform_id: request.platformId,
      ...trackingOf(event),
    },
  };
}

/** The amount as documented, a negative number, or in another form. */
function toldRefund(minor: number, currency: string, { refundAmounts: form }: Behaviour): number | string {
  const signed = form === 'number' || form === 'text' ? -minor : minor;
  return form === 'number' || form === 'positive' ? majorOf(signed, currency) : decimalOf(signed, currency);
}

function chargeIdOf({ refund, behaviour }: NotificationEvent, attempt: Attempt): string | null {
  const isOwn = refund !== undefined && behaviour.refundCharge === 'own';
  return isOwn ? refund.refundId.replaceAll('-', '') : shownIdOf(attempt);
}

function refundAmountOf({ type, order, refund, behaviour }: NotificationEvent, attempt: Attempt): number {
  const isTotal = type === 'refunded' && behaviour.refundedAmount === 'total';
  return refund === undefined || isTotal ? refundedOf(order, attempt) || attempt.amount : refund.amount;
}

function attemptOf({ attempt, order }: NotificationEvent): Attempt {
  const told = attempt ?? order.attempts.at(-1);
  if (told === undefined) throw new Error('an outcome without a transaction');
  return told;
}

function declineCodeOf({ declineCode }: Attempt, { declineCodes }: Behaviour) {
  return declineCode !== null && declineCodes === 'string' ? String(declineCode) : declineCode;
}

/** The request of the transaction's session. */
function requestOf(order: BridgerpayOrder, attempt: Attempt): PaymentRequest {
  return sessionOf(order, attempt)?.request ?? order.request;
}

/** The cashier knows the shopper's name and email, even where the merchant sent none. */
function sourceOf({ shopper }: PaymentRequest) {
  return { email: shopper.email ?? payer.email, ip_address: payer.ip, name: nameOf(shopper) };
}

function nameOf({ firstName = payer.firstName, lastName = payer.lastName }: Shopper): string {
  return `${firstName} ${lastName}`;
}

function addressOf({ country }: PaymentRequest) {
  return { address: payer.address, country, zip_code: payer.zipCode };
}

function cardOf(isCard: boolean) {
  return {
    card_masked_number: isCard ? card.masked : undefined,
    card_expiration: isCard ? card.expiration : undefined,
    card_brand: isCard ? card.brand : undefined,
    card_holder_name: isCard ? card.holder : undefined,
  };
}

function metaOf({ at }: NotificationEvent) {
  return { server_time: seconds(at), server_timezone: 'UTC', api_version: '1' };
}

function trackingOf({ behaviour }: NotificationEvent) {
  return behaviour.newerFields ? { tracking_id: null, affiliate_id: null } : {};
}

const newerCustomer = {
  first_name: payer.firstName,
  last_name: payer.lastName,
  city: payer.city,
  phone: payer.phone,
} as const;

function newerAttributes(isDeclined: boolean) {
  return {
    ...(isDeclined && { is_declined_due_to_funds: false, is_hard_decline: false }),
    verifications: null,
    wire_transfer_details: null,
    crypto_currency: null,
    pos_terminal_id: null,
    cash_register_id: null,
    installment_details: null,
  };
}

function newerCharge({ id }: Attempt) {
  return { uuid: id, is_recurring: false, mid_type: 'sandbox', cft_id: null };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
