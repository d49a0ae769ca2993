import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AttemptClaim, Claim } from '../../domain/order/hints.ts';
import type { Settlement } from '../../domain/money/payment.ts';
import type { Proof } from '../../domain/money/refunds.ts';
import { parseDecimal } from '../../domain/money/money.ts';
import { parseTime } from '../dates.ts';
import { parseExactly } from '../exact-json.ts';
import type { IncomingHook, ParsedHook, ProviderHooks, SignedHook } from '../provider.ts';
import { fieldOf, idOf, isFields, textOf } from '../wire.ts';
import { something } from './vocabulary.ts';

const unknownEvent = 'unknown';
// Limited, since the order stores what hooks claim; the provider has no longer ones.
const longestKey = 300;

/** The fields of a notification that are used; each may be absent, null or of another type, and then is not there. */
interface Notification {
  readonly type: string;
  readonly id: string | undefined;
  /** BridgerPay's own id. */
  readonly uuid: string | undefined;
  readonly group: string | undefined;
  readonly refundId: string | undefined;
  readonly isPayout: boolean;
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly createdAt: number | undefined;
}

/** BridgerPay's notifications for deposits and payouts; `webhook.type` names the event. */
export const bridgerpayHooks: ProviderHooks = {
  name: 'bridgerpay',
  parseHook,
  verifySignature: verifyPayload,
  keyName: 'orderId',
  isKey: (key) => isKey(key),
};

/** Only the order's id can make a notification unreadable: whatever else is odd, the order is worth a read. */
function parseHook({ fields }: IncomingHook): ParsedHook {
  if (!isFields(fields)) return { ok: false, detail: 'body: not an object' };
  const key = keyIn(fields);
  if (key === undefined) return { ok: false, detail: 'data.order_id: not an order id' };
  const notification = notificationOf(fields);
  const { type, isPayout } = notification;
  const proof = proofOf(notification);
  return {
    ok: true,
    kind: isPayout ? 'payout' : 'deposit',
    key,
    hint: {
      event: type,
      status: isPayout ? 'payout' : '',
      claim: claimOf(notification, proof),
      ...(proof && { proof }),
    },
    // A card token says nothing about the order, and must not be stored.
    ...(type === 'payment_card_token' && { isIgnored: true }),
  };
}

/** The order's id. The notification of a closed session has it in another place than all the others. */
function keyIn(fields: unknown): string | undefined {
  const data = fieldOf(fields, 'data');
  const places = [fieldOf(data, 'order_id'), fieldOf(fieldOf(data, 'charge'), 'order_id')];
  return places.map(keyOf).find((key) => key !== undefined && key.length <= longestKey && isKey(key));
}

function keyOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function notificationOf(fields: unknown): Notification {
  const charge = fieldOf(fieldOf(fields, 'data'), 'charge');
  const attributes = fieldOf(charge, 'attributes');
  const idAt = (name: string) => {
    const id = idOf(fieldOf(charge, name));
    return something(id);
  };
  return {
    type: wordAt(fieldOf(fields, 'webhook'), 'type') ?? unknownEvent,
    id: idAt('id'),
    uuid: idAt('uuid'),
    group: idAt('psp_order_id'),
    refundId: idAt('refund_id'),
    isPayout: something(fieldOf(charge, 'operation_type'))?.toLowerCase() === 'payout',
    amount: something(fieldOf(attributes, 'amount')),
    currency: something(idOf(fieldOf(attributes, 'currency')))?.toUpperCase(),
    createdAt: parseTime(fieldOf(attributes, 'created_at')),
  };
}

/** A word that timelines can show: printable ASCII without spaces. */
function wordAt(fields: unknown, name: string): string | undefined {
  const word = textOf(fieldOf(fields, name));
  return word !== undefined && /^[\x21-\x7e]{1,64}$/.test(word) ? word : undefined;
}

/** Any text may be an order id, except what a URL cannot contain or gives another meaning. */
function isKey(key: string): boolean {
  return key !== '' && key !== '.' && key !== '..' && !/\p{Cc}/u.test(key) && !/\p{Cs}/u.test(key);
}

function claimOf(notification: Notification, proof: Proof | undefined): Claim {
  switch (notification.type) {
    case 'cashier.session.init':
      return { of: 'session', status: 'opened' };
    case 'cashier.session.close':
      return { of: 'session', status: 'closed' };
    case 'approved':
      return attemptClaim(notification, 'approved', notification.isPayout ? {} : { isTaken: true });
    case 'authorized':
      return attemptClaim(notification, 'approved');
    case 'declined':
      return attemptClaim(notification, 'rejected');
    case 'approved_on_hold':
      return attemptClaim(notification, 'pending', { isOnHold: true });
    case 'voided':
      return attemptClaim(notification, 'cancelled');
    case 'partly_refunded':
    case 'refunded':
      return proof ? { of: 'refund', id: proof.movement.id, status: 'approved' } : { of: 'nothing' };
    default:
      return { of: 'nothing' };
  }
}

/** A claim about the attempt that the notification names; where it names none, about the payment as a whole. */
function attemptClaim(
  { id: charge, uuid, group, refundId, isPayout }: Notification,
  status: Settlement,
  more: Pick<AttemptClaim, 'isOnHold' | 'isTaken'> = {},
): Claim {
  const id = charge ?? uuid;
  if (id === undefined) return { of: 'payment', status };
  const ownId = isPayout ? undefined : (uuid ?? refundId);
  return {
    of: 'authorization',
    id,
    status,
    ...(group !== undefined && { group }),
    ...(ownId !== undefined && { ownId }),
    ...more,
  };
}

/**
 * The refund of a notification, since reads do not list refunds. The provider documents no unique id, so the id is a
 * hash of the values of all fields that differ between refunds; a repeated notification has the same, in whatever types.
 */
function proofOf({ type, id: charge, group, refundId, ...told }: Notification): Proof | undefined {
  if (type !== 'refunded' && type !== 'partly_refunded') return undefined;
  const { amount: major, currency, createdAt } = told;
  const minor = currency === undefined || major === undefined ? undefined : parseDecimal(major, currency);
  const amount = minor === undefined ? undefined : Math.abs(minor);
  const parts = [type, refundId, charge, amount ?? major, createdAt];
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
    payments: [charge, group].filter((payment) => payment !== undefined),
  };
}

/**
 * `meta.payload` repeats the payload of the session: here the base64url HMAC-SHA256 of the order id, a secret that is
 * compared and never stored. Refunds and payouts have none, and pass.
 */
function verifyPayload({ body, secrets }: SignedHook): boolean {
  const fields = parseJson(body);
  const payload = echoOf(fieldOf(fieldOf(fields, 'meta'), 'payload'));
  if (payload === undefined) return true;
  const given = createHash('sha256').update(payload).digest();
  // What leads to no order is refused for itself.
  const orderId = keyIn(fields);
  if (orderId === undefined) return true;
  return secrets.some((secret) => {
    const expected = createHash('sha256').update(payloadFor(secret, orderId)).digest();
    return timingSafeEqual(given, expected);
  });
}

/** An echo of any type but text counts as a wrong one, not as none. */
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
    return parseExactly(body);
  } catch {
    return undefined;
  }
}
