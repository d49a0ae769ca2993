import type {
  BriqpayContent,
  BridgerpayContent,
  HookContent,
  PlannedHook,
  PlannedOrder,
} from '../plan/types.ts';

/** The provider's ids of a payment, as far as they are known when a hook is sent. */
export interface KnownPayment {
  /** Briqpay's session id, BridgerPay's order id. */
  readonly key: string;
  /** BridgerPay: the provider's ids by transaction id. */
  readonly groups: ReadonlyMap<string, string>;
  /** BridgerPay: the transaction of a payout. */
  readonly payoutTransaction?: string;
}

/** A hook's body as the provider sends it; every copy has the same. */
export function wireHook(
  order: PlannedOrder,
  hook: PlannedHook,
  known: KnownPayment,
): Record<string, unknown> {
  return isBriqpay(hook.content)
    ? briqpayBody(order, hook.content, known)
    : bridgerpayBody(order, hook, hook.content, known);
}

/** The same fields in the query of a GET. */
export function wireQuery(body: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) query.set(name, String(value));
  return query.toString();
}

function isBriqpay(content: HookContent): content is BriqpayContent {
  return 'event' in content;
}

/** The merchant's references stand at the top level. */
function briqpayBody(order: PlannedOrder, { event, status, ...ids }: BriqpayContent, { key }: KnownPayment) {
  return { event, status, sessionId: key, ...ids, reference1: `ref-${order.index}` };
}

// The time is a part of a refund's identity: every copy must have the same.
const firstSecond = 1_790_000_000;

function bridgerpayBody(
  { kind, amount, currency, index }: PlannedOrder,
  { id }: PlannedHook,
  { type, transactionId, refundId, amount: moved }: BridgerpayContent,
  { key, groups, payoutTransaction }: KnownPayment,
) {
  if (type === 'cashier.session.close') {
    const charge = {
      type,
      order_id: key,
      psp_order_id: null,
      attributes: { status: type, created_at: firstSecond },
    };
    return { webhook: { type }, data: { charge }, meta: meta(index) };
  }
  const charge = transactionId ?? payoutTransaction;
  return {
    webhook: { type },
    data: {
      order_id: key,
      psp_name: 'sandbox_psp',
      charge: {
        type,
        ...(charge !== undefined && { id: charge }),
        ...(charge !== undefined && groups.has(charge) && { psp_order_id: groups.get(charge) }),
        attributes: {
          // Money that goes back is negative.
          amount: moved === undefined ? amount / 100 : -moved / 100,
          currency,
          status: type,
          created_at: firstSecond + id,
        },
        refund_id: refundId ?? '',
        ...(refundId === undefined && type !== 'cashier.session.init' && { operation_type: kind }),
      },
    },
    meta: meta(index),
  };
}

function meta(index: number) {
  return { server_time: firstSecond, server_timezone: 'UTC', api_version: '1', platform_id: `shop-${index}` };
}
