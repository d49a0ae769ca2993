import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Claim } from '../../domain/order/hints.ts';
import type { IncomingHook, ParsedHook, ProviderHooks, SignedHook } from '../provider.ts';
import { lookUp } from '../words.ts';
import { entryStatuses, orderStatuses } from './vocabulary.ts';

const sessionId = /^[A-Za-z0-9_-]{1,128}$/;

// Not strict, since Briqpay merges references into the top level and adds fields at times.
const hookSchema = z
  .object({
    event: word(64).optional(),
    eventType: word(64).optional(),
    status: word(64).optional(),
    sessionId: z.string().regex(sessionId),
    captureId: word(128).nullish(),
    refundId: word(128).nullish(),
  })
  .refine((hook) => hook.event ?? hook.eventType, { path: ['event'], message: 'Required' });

type Hook = z.infer<typeof hookSchema>;

/** Briqpay's hooks, version 3: `event`, `status`, `sessionId` and an id of a capture or refund, in a JSON body or a query. */
export const briqpayHooks: ProviderHooks = {
  name: 'briqpay',
  parseHook,
  verifySignature,
  keyName: 'sessionId',
  isKey: (key, kind = 'deposit') => kind === 'deposit' && sessionId.test(key),
};

function parseHook({ fields }: IncomingHook): ParsedHook {
  const parsed = hookSchema.safeParse(fields);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return { ok: false, detail: `${issue.path.join('.') || 'body'}: ${issue.message}` };
  }
  const event = parsed.data.event ?? parsed.data.eventType!;
  const { status = '' } = parsed.data;
  return {
    ok: true,
    kind: 'deposit',
    key: parsed.data.sessionId,
    hint: { event, status, claim: claimOf(event, status, parsed.data) },
    // The state of the iframe says nothing about money.
    ...(event === 'module_ui_status' && { isIgnored: true }),
  };
}

function claimOf(event: string, status: string, { captureId, refundId }: Hook): Claim {
  const settlement = lookUp(entryStatuses, status);
  switch (event) {
    case 'order_status': {
      const known = lookUp(orderStatuses, status);
      return known ? { of: 'payment', status: known.outcome } : { of: 'nothing' };
    }
    case 'capture_status':
      return captureId && settlement
        ? { of: 'capture', id: captureId, status: settlement }
        : { of: 'nothing' };
    case 'refund_status':
      return refundId && settlement ? { of: 'refund', id: refundId, status: settlement } : { of: 'nothing' };
    case 'session_status':
      return status === 'completed' ? { of: 'session', status } : { of: 'nothing' };
    default:
      return { of: 'nothing' };
  }
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

/** A word of the provider: printable ASCII, since timelines show it. */
function word(length: number) {
  // A regular expression instead of `max`, which reads `length` before it checks the type.
  return z.string().regex(new RegExp(`^[\\x21-\\x7e][\\x20-\\x7e]{0,${length - 1}}$`));
}
