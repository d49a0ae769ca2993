import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Claim } from '../../domain/order/hints.ts';
import type { Proof } from '../../domain/money/refunds.ts';
import { parseDecimal } from '../../domain/money/money.ts';
import type { IncomingHook, ParsedHook, ProviderHooks, SignedHook } from '../provider.ts';
import { something } from './vocabulary.ts';

// Fields may be absent, null or of another type: only the type and the order id are required.
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
// Limited, since the order stores what hooks claim; the provider has no longer words.
const text = maybe(z.union([z.string().regex(/^[^]{0,300}$/), z.int().transform(String)]));

const notificationSchema = z.object({
  webhook: z.object({ type: z.string().regex(/^[\x21-\x7e]{1,64}$/) }),
  data: z.object({
    order_id: text,
    charge: maybe(
      z.object({
        id: text,
        uuid: text,
        order_id: text,
        psp_order_id: text,
        refund_id: text,
        operation_type: text,
        attributes: maybe(
          z.object({ amount: maybe(z.number()), currency: text, created_at: maybe(z.number()) }),
        ),
      }),
    ),
  }),
  // Of any type, since it is only compared: a payload of a wrong type must count as wrong and not as absent.
  meta: maybe(z.object({ payload: z.unknown(), cashier_session_id: text })),
});

type Notification = z.infer<typeof notificationSchema>;

/** BridgerPay's notifications for deposits and payouts; `webhook.type` names the event. */
export const bridgerpayHooks: ProviderHooks = {
  name: 'bridgerpay',
  parseHook,
  verifySignature: verifyPayload,
  keyName: 'orderId',
  isKey: (key) => isKey(key),
};

function parseHook({ fields }: IncomingHook): ParsedHook {
  const parsed = notificationSchema.safeParse(fields);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return { ok: false, detail: `${issue.path.join('.') || 'body'}: ${issue.message}` };
  }
  const { webhook, data } = parsed.data;
  // The notification of a closed session has its order id in another place than all the others.
  const key = data.order_id ?? data.charge?.order_id ?? '';
  if (!isKey(key)) return { ok: false, detail: 'data.order_id: not an order id' };
  const isPayout = something(data.charge?.operation_type)?.toLowerCase() === 'payout';
  const proof = proofOf(parsed.data);
  return {
    ok: true,
    kind: isPayout ? 'payout' : 'deposit',
    key,
    hint: {
      event: webhook.type,
      status: isPayout ? 'payout' : '',
      claim: claimOf(parsed.data, proof),
      ...(proof && { proof }),
    },
    // A card token says nothing about the order, and must not be stored.
    ...(webhook.type === 'payment_card_token' && { isIgnored: true }),
  };
}

/** Any text may be an order id, except what a URL cannot contain or gives another meaning. */
function isKey(key: string): boolean {
  return key !== '' && key !== '.' && key !== '..' && !/\p{Cc}/u.test(key) && !/\p{Cs}/u.test(key);
}

function claimOf({ webhook, data }: Notification, proof: Proof | undefined): Claim {
  const id = something(data.charge?.id) ?? something(data.charge?.uuid);
  switch (webhook.type) {
    case 'cashier.session.init':
      return { of: 'session', status: 'opened' };
    case 'cashier.session.close':
      return { of: 'session', status: 'closed' };
    case 'approved':
    case 'authorized':
      return id === undefined
        ? { of: 'payment', status: 'approved' }
        : { of: 'authorization', id, status: 'approved' };
    case 'declined':
      return id === undefined
        ? { of: 'payment', status: 'rejected' }
        : { of: 'authorization', id, status: 'rejected' };
    case 'approved_on_hold':
      return { of: 'payment', status: 'pending' };
    case 'voided':
      return { of: 'payment', status: 'cancelled' };
    case 'partly_refunded':
    case 'refunded':
      return proof ? { of: 'refund', id: proof.movement.id, status: 'approved' } : { of: 'nothing' };
    default:
      return { of: 'nothing' };
  }
}

/**
 * The refund of a notification, since reads do not list refunds. The provider documents no unique id, so the id is a
 * hash of all fields that differ between refunds; a repeated notification has the same.
 */
function proofOf({ webhook: { type }, data: { charge } }: Notification): Proof | undefined {
  if (type !== 'refunded' && type !== 'partly_refunded') return undefined;
  const currency = something(charge?.attributes?.currency);
  const major = charge?.attributes?.amount;
  const minor = currency === undefined || major == null ? undefined : parseDecimal(major, currency);
  const amount = minor === undefined ? undefined : Math.abs(minor);
  const chargeId = something(charge?.id);
  const groupId = something(charge?.psp_order_id);
  const parts = [type, something(charge?.refund_id), chargeId, amount, charge?.attributes?.created_at];
  const id = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
  return {
    movement: {
      kind: 'refund',
      id,
      status: 'approved',
      ...(amount !== undefined && { amount }),
      ...(currency !== undefined && { currency }),
    },
    ...(type === 'refunded' && { isWhole: true }),
    payments: [chargeId, groupId].filter((payment) => payment !== undefined),
  };
}

/**
 * `meta.payload` repeats the payload of the session: here the base64url HMAC-SHA256 of the order id, a secret that is
 * compared and never stored. Refunds and payouts have none, and pass.
 */
function verifyPayload({ body, secrets }: SignedHook): boolean {
  const parsed = notificationSchema.safeParse(parseJson(body));
  const payload = parsed.success ? echoOf(parsed.data.meta?.payload) : undefined;
  if (!parsed.success || payload === undefined) return true;
  const orderId = parsed.data.data.order_id ?? parsed.data.data.charge?.order_id ?? '';
  const given = createHash('sha256').update(payload).digest();
  return secrets.some((secret) => {
    const expected = createHash('sha256').update(payloadFor(secret, orderId)).digest();
    return timingSafeEqual(given, expected);
  });
}

function echoOf(payload: unknown): string | undefined {
  if (payload === undefined || payload === null) return undefined;
  return typeof payload === 'string' ? something(payload) : typeof payload;
}

/** The payload for a cashier session, by which its notifications can be distinguished from forged ones. */
export function payloadFor(secret: string, orderId: string): string {
  return createHmac('sha256', secret).update(orderId).digest('base64url');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
