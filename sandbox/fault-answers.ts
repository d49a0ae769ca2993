import type { FastifyReply } from 'fastify';
import { type Answer, send } from './answers.ts';
import type { TransportFault } from './faults.ts';
import { toJson } from './raw-json.ts';
import { pages } from './roads.ts';
import type { Timers } from './timers.ts';

type Kind = TransportFault['kind'];
type FaultOf<K extends Kind> = Extract<TransportFault, { kind: K }>;
type SendFaulty<K extends Kind> = (
  reply: FastifyReply,
  answer: Answer,
  fault: FaultOf<K>,
  stage: Stage,
) => unknown;

/** The bodies of one provider that a fault needs. */
export interface Dialect {
  /** The body of an error of this HTTP status. */
  refusal(status: number): unknown;
  /** The first bytes of a body that never ends. */
  readonly opening: string;
}

export interface Stage {
  readonly timers: Timers;
  readonly dialect: Dialect;
}

/** Sends an answer as the fault changes it. A hanging answer ends when the client gives up or the sandbox closes. */
export async function sendFaulty<K extends Kind>(
  reply: FastifyReply,
  answer: Answer,
  fault: FaultOf<K>,
  stage: Stage,
): Promise<void> {
  const sent = senders[fault.kind](reply, answer, fault, stage);
  // A reply is a promise of its end too, and that of a hanging one never comes.
  if (sent instanceof Promise) await sent;
}

const senders: { readonly [K in Kind]: SendFaulty<K> } = {
  status(reply, _answer, { status, retryAfter }, { dialect }) {
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    return send(reply, { status, body: dialect.refusal(status) });
  },
  async slow(reply, answer, { ms }, { timers }) {
    await timers.sleep(ms);
    send(reply, answer);
  },
  redirect: (reply, _answer, { to }) => reply.redirect(to, 302),
  huge: (reply, answer, { bytes }) =>
    send(reply, { ...answer, status: 200, body: { ...(answer.body as object), padding: 'x'.repeat(bytes) } }),
  hang: (reply) => reply.hijack(),
  hang_body(reply, _answer, _fault, { dialect }) {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/json' });
    reply.raw.write(dialect.opening);
    return reply;
  },
  reset(reply) {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  },
  truncated(reply, answer) {
    const text = toJson(answer.body ?? {});
    return sendText(reply, 'application/json', text.slice(0, Math.floor(text.length / 2)));
  },
  html: (reply) => sendText(reply, pages.maintenance.type, pages.maintenance.text),
  empty: (reply) => sendText(reply, 'application/json', ''),
  null: (reply) => sendText(reply, 'application/json', 'null'),
  array: (reply) => sendText(reply, 'application/json', '[]'),
  road(reply, _answer, { page, status }) {
    const { type, text, status: usual } = pages[page];
    return sendText(reply, type, text, status ?? usual);
  },
  answer: (reply, _answer, { status, type, text }) => sendText(reply, type, text, status),
};

/** Sends a text as a buffer, so that Fastify does not serialize it. */
function sendText(reply: FastifyReply, type: string, text: string, status = 200): FastifyReply {
  return reply.code(status).header('content-type', type).send(Buffer.from(text));
}
