import { createHmac } from 'node:crypto';
import type { HookMessage } from '../hooks.ts';
import { type Overlay, overlaid } from '../overlay.ts';
import { toJson } from '../raw-json.ts';
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
export function hooksFor(
  session: Session,
  event: HookEvent,
  signing: Signing | undefined,
  patch?: Overlay,
): HookMessage[] {
  const body = hookBody(session, event);
  const sent = patch ? overlaid(body, patch) : body;
  return session.hooks
    .filter(({ eventType, statuses }) => eventType === event.event && statuses.includes(event.status))
    .map((target) => hookMessage(session.sessionId, target, sent, signing));
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
  return postMessage(lane, url, toJson(body), body, signing);
}

/** A POST of exactly this text; `body` is for the ledger. */
export function postMessage(
  lane: string,
  url: string,
  rawBody: string,
  body: Readonly<Record<string, unknown>>,
  signing: Signing | undefined,
): HookMessage {
  const signature = signing && { 'x-briq-signature': sign(signing, rawBody) };
  const headers = { 'content-type': 'application/json', ...signature };
  return { lane, method: 'POST', url, headers, rawBody, body };
}

/** `t=<unix ms>,s1=<base64 HMAC-SHA256 of "t.rawBody">`. */
function sign({ secret, at }: Signing, rawBody: string): string {
  return `t=${at},s1=${createHmac('sha256', secret).update(`${at}.${rawBody}`).digest('base64')}`;
}

function withQuery(url: string, fields: Readonly<Record<string, unknown>>): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) full.searchParams.set(name, typeof value === 'string' ? value : toJson(value));
  return full.href;
}
