import type { FastifyReply } from 'fastify';
import { type Answer, send } from './answers.ts';
import type { TransportFault } from './faults.ts';
import type { Timers } from './timers.ts';

type Kind = TransportFault['kind'];
type FaultOf<K extends Kind> = Extract<TransportFault, { kind: K }>;
type Strike<K extends Kind> = (
  reply: FastifyReply,
  answer: Answer,
  fault: FaultOf<K>,
  stage: Stage,
) => FastifyReply | Promise<FastifyReply>;

/** How one provider words what a fault has to say for it. */
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

/** Sends `answer` the way `fault` spoils it. What hangs is ended by the client, or when the sandbox closes. */
export function sendSpoilt<K extends Kind>(
  reply: FastifyReply,
  answer: Answer,
  fault: FaultOf<K>,
  stage: Stage,
): FastifyReply | Promise<FastifyReply> {
  return strikes[fault.kind](reply, answer, fault, stage);
}

const strikes: { readonly [K in Kind]: Strike<K> } = {
  status(reply, _answer, { status, retryAfter }, { dialect }) {
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    return send(reply, { status, body: dialect.refusal(status) });
  },
  async slow(reply, answer, { ms }, { timers }) {
    await timers.sleep(ms);
    return send(reply, answer);
  },
  redirect: (reply, _answer, { to }) => reply.redirect(to, 302),
  huge: (reply, answer, { bytes }) =>
    send(reply, { status: 200, body: { ...(answer.body as object), padding: 'x'.repeat(bytes) } }),
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
    const text = JSON.stringify(answer.body ?? {});
    return sendText(reply, 'application/json', text.slice(0, Math.floor(text.length / 2)));
  },
  html: (reply) =>
    sendText(reply, 'text/html', '<!doctype html><title>Maintenance</title><h1>Back soon</h1>'),
  empty: (reply) => sendText(reply, 'application/json', ''),
  null: (reply) => sendText(reply, 'application/json', 'null'),
  array: (reply) => sendText(reply, 'application/json', '[]'),
};

/** As a buffer, so that Fastify neither serializes nor changes it. */
function sendText(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply.code(200).header('content-type', type).send(Buffer.from(text));
}
