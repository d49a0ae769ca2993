import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Settlement } from '../../domain/money/payment.ts';
import type { Claim } from '../../domain/order/hints.ts';
import type { IncomingHook, ParsedHook, ProviderHooks, SignedHook } from '../provider.ts';
import { fieldOf, isFields, textOf, type Fields } from '../wire.ts';
import { lookUp } from '../words.ts';
import { entryStatuses, orderStatuses } from './vocabulary.ts';

const sessionId = /^[A-Za-z0-9_-]{1,128}$/;
const unknownEvent = 'unknown';

/** Briqpay's hooks, version 3: `event`, `status`, `sessionId` and an id of a capture or refund, in a JSON body or a query. */
export const briqpayHooks: ProviderHooks = {
  name: 'briqpay',
  parseHook,
  verifySignature,
  keyName: 'sessionId',
  isKey: (key, kind = 'deposit') => kind === 'deposit' && sessionId.test(key),
};

/** Only the session's id can make a hook unreadable: whatever else is odd, the session is worth a read. */
function parseHook({ fields }: IncomingHook): ParsedHook {
  if (!isFields(fields)) return { ok: false, detail: 'body: not an object' };
  const key = fieldOf(fields, 'sessionId');
  if (typeof key !== 'string' || !sessionId.test(key))
    return { ok: false, detail: 'sessionId: not a session id' };
  const event = shown(fields, 'event', 64) ?? shown(fields, 'eventType', 64) ?? unknownEvent;
  const status = shown(fields, 'status', 64) ?? '';
  return {
    ok: true,
    kind: 'deposit',
    key,
    hint: { event, status, claim: claimOf(event, status, fields) },
    // The state of the iframe says nothing about money.
    ...(event === 'module_ui_status' && { isIgnored: true }),
  };
}

function claimOf(event: string, status: string, fields: Fields): Claim {
  const settlement = lookUp(entryStatuses, status);
  switch (event) {
    case 'order_status': {
      const known = lookUp(orderStatuses, status);
      return known ? { of: 'payment', status: known.outcome } : { of: 'nothing' };
    }
    case 'capture_status':
      return changeOf('capture', shown(fields, 'captureId', 128), settlement);
    case 'refund_status':
      return changeOf('refund', shown(fields, 'refundId', 128), settlement);
    case 'session_status':
      return status === 'completed' ? { of: 'session', status } : { of: 'nothing' };
    default:
      return { of: 'nothing' };
  }
}

function changeOf(of: 'capture' | 'refund', id: string | undefined, status: Settlement | undefined): Claim {
  return id !== undefined && status ? { of, id, status } : { of: 'nothing' };
}

const oldestMs = 5 * 60_000;
const newestMs = 60_000;

/** Verifies `x-briq-signature: t=<unix ms>,s1=<base64 HMAC-SHA256 of t.body>`, at most five minutes old. Repeats pass. */
function verifySignature({ headers, body, secrets, now }: SignedHook): boolean {
  const header = headers['x-briq-signature'];
  const match =
    typeof header === 'string'
      ? /^\s*t=(\d{1,15})\s*,\s*s1=([A-Za-z0-9+/=_-]{1,128})\s*$/.exec(header)
      : null;
  if (!match) return false;
  const [, sentAt = '', signature = ''] = match;
  const age = now - Number(sentAt);
  if (age > oldestMs || age < -newestMs) return false;
  const given = Buffer.from(signature, 'base64');
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${sentAt}.${body}`).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** A word or a number of a hook as text. Only printable ASCII of so many characters, since timelines show it. */
function shown(fields: Fields, name: string, length: number): string | undefined {
  const text = textOf(fieldOf(fields, name));
  return text !== undefined && text.length <= length && /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}
