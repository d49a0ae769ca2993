import { createHmac } from 'node:crypto';
import type { HookMessage } from '../hooks.ts';
import type { HookEvent, Session } from './session.ts';
import type { Subscription } from './subscriptions.ts';

/** The destination of a hook. */
export type Target = Pick<Subscription, 'method' | 'url'>;

/** The secret that signs, and the time that the signature states. */
export interface Signing {
  readonly secret: string;
  readonly at: number;
}

/** The hooks of a session for an event, one per subscription. */
export function hooksFor(session: Session, event: HookEvent, signing: Signing | undefined): HookMessage[] {
  return session.hooks
    .filter(({ eventType, statuses }) => eventType === event.event && statuses.includes(event.status))
    .map((target) => hookMessage(session.sessionId, target, hookBody(session, event), signing));
}

/** The body of a hook. The merchant's references stand beside the fields and cannot replace them. */
export function hookBody(
  { sessionId, references }: Session,
  event: HookEvent,
): Readonly<Record<string, unknown>> {
  const { event: name, status, ...ids } = event;
  const fields = { event: name, status, sessionId, ...ids };
  // Twice: the first sets the order of the keys, the second wins over a reference of the same name.
  return { ...fields, ...references, ...fields };
}

/** One hook, ready to send: JSON by POST, signed where there is a secret, or the query of a GET, which is never signed. */
export function hookMessage(
  lane: string,
  { method, url }: Target,
  body: Readonly<Record<string, unknown>>,
  signing: Signing | undefined,
): HookMessage {
  if (method === 'GET') return { lane, method, url: withQuery(url, body), headers: {}, rawBody: null, body };
  const rawBody = JSON.stringify(body);
  const signature = signing && { 'x-briq-signature': sign(signing, rawBody) };
  return { lane, method, url, headers: { 'content-type': 'application/json', ...signature }, rawBody, body };
}

/** `t=<unix ms>,s1=<base64 HMAC-SHA256 of "t.rawBody">`. */
function sign({ secret, at }: Signing, rawBody: string): string {
  return `t=${at},s1=${createHmac('sha256', secret).update(`${at}.${rawBody}`).digest('base64')}`;
}

function withQuery(url: string, fields: Readonly<Record<string, unknown>>): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(fields)) full.searchParams.set(name, String(value));
  return full.href;
}
