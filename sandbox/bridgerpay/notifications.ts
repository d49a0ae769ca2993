import type { Behaviour } from './behaviour.ts';
import { card, description, payer, wallet } from './canaries.ts';
import { majorOf } from './money.ts';
import {
  type Attempt,
  type CashierSession,
  type Order,
  type Refund,
  type Shopper,
  type Terms,
  refundedOf,
  sessionOf,
} from './order.ts';
import { isOneOf, isPaid, refundTypes } from './vocabulary.ts';

/** What a notification tells of. `type` may be a word that nobody knows: it has the shape of an outcome. */
export interface Telling {
  readonly type: string;
  readonly order: Order;
  readonly session?: CashierSession | undefined;
  readonly attempt?: Attempt | undefined;
  readonly refund?: Refund | undefined;
  /** When the event was registered, in ms. */
  readonly at: number;
  readonly behaviour: Behaviour;
}

export type Notification = Readonly<Record<string, unknown>>;

/** The notification in the seed's shape of its type, with a key exactly where the seed has one. */
export function notificationOf(telling: Telling): Notification {
  const { type, behaviour } = telling;
  const { data, meta } = bodyOf(telling);
  const body = { webhook: { type }, data, meta };
  // Fields that do not apply are undefined up to here.
  const text = JSON.stringify(body, (_key, value: unknown) =>
    value === undefined && behaviour.notApplicable === 'null' ? null : value,
  );
  return JSON.parse(text) as Notification;
}

function bodyOf(telling: Telling): { data: object; meta: object } {
  if (telling.type === 'cashier.session.init') return initBody(telling);
  if (telling.type === 'cashier.session.close') return closeBody(telling);
  return isOneOf(refundTypes, telling.type) ? refundBody(telling) : outcomeBody(telling);
}

/** Nothing known is a word here: `"null"` for the address and the payload, a space for the name. */
function initBody(telling: Telling) {
  const { type, order, at } = telling;
  const session = telling.session ?? order.sessions.at(-1);
  const { amount, currency, payload, platformId, shopper } = session?.terms ?? order.terms;
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
      ...metaOf(telling),
      payload: payload ?? 'null',
      cashier_session_id: session?.sessionId,
      platform_id: platformId,
      ...trackingOf(telling),
    },
  };
}

/** The one type whose order id stands in the charge alone. */
function closeBody(telling: Telling) {
  const { type, order, at } = telling;
  const session = telling.session ?? order.sessions.at(-1);
  const { payload, platformId } = session?.terms ?? order.terms;
  const attributes = { status: type, created_at: seconds(at) };
  return {
    data: { charge: { type, order_id: order.orderId, psp_order_id: null, attributes } },
    meta: {
      ...metaOf(telling),
      payload,
      cashier_session_id: session?.sessionId,
      platform_id: platformId,
      ...trackingOf(telling),
    },
  };
}

function outcomeBody(telling: Telling) {
  const { type, order, behaviour } = telling;
  const attempt = attemptOf(telling);
  const terms = termsOf(order, attempt);
  const isDeposit = order.kind === 'deposit';
  const isCard = terms.method === 'credit_card';
  const isDeclined = attempt.status === 'declined';
  const isRefundable = isDeposit && isPaid(attempt.status) && behaviour.allowRefunds;
  return {
    data: {
      order_id: order.orderId,
      psp_name: 'sandbox_psp',
      charge: {
        type,
        id: attempt.transactionId,
        psp_order_id: attempt.pspOrderId,
        attributes: {
          is3_d: isDeposit && isCard ? true : undefined,
          live_mode: isDeposit ? true : undefined,
          amount: majorOf(attempt.amount, attempt.currency),
          status: type,
          card_number: isCard ? card.number : undefined,
          currency: attempt.currency,
          payment_method: isDeposit ? terms.method : undefined,
          description: isDeposit ? description : undefined,
          decline_code: declineCodeOf(attempt, behaviour),
          decline_reason: attempt.declineReason,
          reference_id: null,
          created_at: seconds(attempt.createdAt),
          updated_at: 0,
          source: sourceOf(terms),
          ...cardOf(isCard),
          customer: {
            full_name: nameOf(terms.shopper),
            ...addressOf(terms),
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
      ...metaOf(telling),
      payload: isDeposit ? terms.payload : undefined,
      cashier_session_id: isDeposit ? sessionOf(order, attempt)?.sessionId : undefined,
      platform_id: isDeposit ? terms.platformId : undefined,
      ...trackingOf(telling),
    },
  };
}

/** Money that goes back is negative, and the payload is not echoed. */
function refundBody(telling: Telling) {
  const { type, order, behaviour } = telling;
  const attempt = attemptOf(telling);
  const { refund } = telling;
  const terms = termsOf(order, attempt);
  const isCard = terms.method === 'credit_card';
  const currency = refund?.currency ?? attempt.currency;
  return {
    data: {
      order_id: order.orderId,
      psp_name: 'sandbox_psp',
      charge: {
        type,
        id: chargeIdOf(telling, attempt),
        psp_order_id: attempt.pspOrderId,
        attributes: {
          is3_d: isCard ? true : undefined,
          live_mode: true,
          amount: -majorOf(refundAmountOf(telling, attempt), currency),
          status: type,
          card_number: isCard ? card.number : undefined,
          currency,
          payment_method: terms.method,
          description,
          created_at: seconds(refund?.createdAt ?? telling.at),
          updated_at: 0,
          source: sourceOf(terms),
          ...cardOf(isCard),
          customer: { ...addressOf(terms), ...(behaviour.newerFields && newerCustomer) },
          ...(behaviour.newerFields && newerAttributes(false)),
        },
        is_refundable: true,
        refund_id: refund?.refundId ?? attempt.id,
        ...(behaviour.newerFields && newerCharge(attempt)),
      },
    },
    meta: {
      ...metaOf(telling),
      cashier_session_id: sessionOf(order, attempt)?.sessionId,
      platform_id: terms.platformId,
      ...trackingOf(telling),
    },
  };
}

function chargeIdOf({ refund, behaviour }: Telling, attempt: Attempt): string {
  const isOwn = refund !== undefined && behaviour.refundCharge === 'own';
  return isOwn ? refund.refundId.replaceAll('-', '') : attempt.transactionId;
}

function refundAmountOf({ type, order, refund, behaviour }: Telling, attempt: Attempt): number {
  const isTotal = type === 'refunded' && behaviour.refundedAmount === 'total';
  return refund === undefined || isTotal ? refundedOf(order, attempt) || attempt.amount : refund.amount;
}

function attemptOf({ attempt, order }: Telling): Attempt {
  const told = attempt ?? order.attempts.at(-1);
  if (told === undefined) throw new Error('an outcome without a transaction');
  return told;
}

function declineCodeOf({ declineCode }: Attempt, { declineCodes }: Behaviour) {
  return declineCode !== null && declineCodes === 'string' ? String(declineCode) : declineCode;
}

/** The terms of the session that the transaction is of. */
function termsOf(order: Order, attempt: Attempt): Terms {
  return sessionOf(order, attempt)?.terms ?? order.terms;
}

/** Whoever pays has told the cashier all. */
function sourceOf({ shopper }: Terms) {
  return { email: shopper.email ?? payer.email, ip_address: payer.ip, name: nameOf(shopper) };
}

function nameOf({ firstName = payer.firstName, lastName = payer.lastName }: Shopper): string {
  return `${firstName} ${lastName}`;
}

function addressOf({ country }: Terms) {
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

function metaOf({ at }: Telling) {
  return { server_time: seconds(at), server_timezone: 'UTC', api_version: '1' };
}

function trackingOf({ behaviour }: Telling) {
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
