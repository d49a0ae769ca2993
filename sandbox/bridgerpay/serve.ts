import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, parse, send } from '../answers.ts';
import { type Dialect, sendSpoilt } from '../fault-answers.ts';
import type { Timers } from '../timers.ts';
import { type Desk, whoseIs } from './desk.ts';
import { Denial, answerOf, codeOf, failed } from './envelope.ts';
import type { Fault, Operation } from './faults.ts';
import type { Call } from './ledger.ts';
import type { Tokens } from './tokens.ts';

/** One call, as an endpoint needs it. */
export interface Ask {
  /** Of the path and of the query, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The fault of content, for a read to obey; the others are seen to here. */
  readonly fault: Fault | undefined;
}

export type Serve = (
  operation: Operation,
  /** The key of the order that a call is of, as far as one can tell. */
  keyIn: (ask: Ask) => string | undefined,
  work: (ask: Ask) => Answer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const paramsSchema = z.record(z.string(), z.string());

const dialect: Dialect = {
  refusal: (status) => failed(status, 'a scripted fault').body,
  opening: '{"response":{"status":"',
};

/** Wraps an endpoint in what all share: the ledger, the token and the API key, the faults. */
export function createServe(desk: Desk, tokens: Tokens, timers: Timers): Serve {
  return (operation, keyIn, work) => async (request, reply) => {
    const ask = askOf(request);
    const key = keyIn(ask);
    const call: Call = { at: desk.time(), operation, ...(key !== undefined && whoseIs(key)) };
    desk.ledger.calls.add(call);
    const entry = operation === 'login' ? undefined : admit(request, ask);
    if (entry?.denied !== undefined) return finish(call, send(reply, entry.denied), entry.denied);

    const fault = desk.faultFor(operation, key);
    if (fault !== undefined) call.fault = fault.kind;
    if (fault?.kind === 'revoked_token') tokens.revoke(entry?.token);
    const answer = answerOf(() => {
      if (fault?.kind === 'revoked_token') tokens.authorize(request.headers.authorization);
      if (operation !== 'read' && isUnapplied(fault)) throw new Denial(503, 'a scripted fault');
      return work({ ...ask, fault });
    });
    if (fault?.kind === 'code') {
      const coded = failed(fault.code, fault.message, { http: 200 });
      return finish(call, send(reply, coded), coded);
    }
    if (fault === undefined || !('applied' in fault)) return finish(call, send(reply, answer), answer);
    return finish(call, await sendSpoilt(reply, answer, fault, { timers, dialect }));
  };

  function admit({ headers }: FastifyRequest, { params }: Ask): { token?: string; denied?: Answer } {
    try {
      const token = tokens.authorize(headers.authorization);
      const denied = tokens.refuse(params['apiKey'] ?? '');
      return { token, ...(denied && { denied }) };
    } catch (error) {
      if (error instanceof Denial) return { denied: error.answer };
      throw error;
    }
  }
}

function askOf({ params, query, body }: FastifyRequest): Ask {
  return {
    params: { ...queryOf(query), ...parse(paramsSchema, params, 'path') },
    body,
    fault: undefined,
  };
}

/** A name that comes twice counts as not said. */
function queryOf(query: unknown): Record<string, string> {
  const entries = Object.entries(query as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The command is to leave no effect; a read has none to leave out. */
function isUnapplied(fault: Fault | undefined): boolean {
  return fault !== undefined && 'applied' in fault && !fault.applied;
}

function finish(call: Call, reply: FastifyReply, answer?: Answer): FastifyReply {
  if (call.fault !== 'hang' && call.fault !== 'reset') call.status = reply.statusCode;
  const code = answer && codeOf(answer);
  if (code !== undefined) call.code = code;
  return reply;
}
