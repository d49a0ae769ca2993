import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, parse, send } from '../answers.ts';
import { type Dialect, sendFaulty } from '../fault-answers.ts';
import { patched } from '../patches.ts';
import type { Timers } from '../timers.ts';
import { type StateMachine, parseKey } from './state-machine.ts';
import { ApiError, answerOf, codeOf, failed } from './envelope.ts';
import { type BridgerpayFault, type Operation, type ReadName, operations } from './faults.ts';
import type { Call } from './ledger.ts';
import type { Tokens } from './tokens.ts';
import { isOneOf } from './vocabulary.ts';

/** A request to an endpoint, parsed. */
export interface ApiCall {
  /** The decoded parameters of path and query. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The scripted fault. The endpoint applies content faults; the wrapper applies the others. */
  readonly fault: BridgerpayFault | undefined;
}

export type WrapEndpoint = (
  operation: Operation | ReadName,
  /** The key of the order of a call, where the call names one. */
  keyIn: (apiCall: ApiCall) => string | undefined,
  work: (apiCall: ApiCall) => Answer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

type FaultOf<K extends BridgerpayFault['kind']> = Extract<BridgerpayFault, { kind: K }>;

const paramsSchema = z.record(z.string(), z.string());

const dialect: Dialect = {
  refusal: (status) => failed(status, 'a scripted fault').body,
  opening: '{"response":{"status":"',
};

/** Creates the wrapper of every endpoint: it records the call, checks token and API key, and applies faults. */
export function createEndpointWrapper(machine: StateMachine, tokens: Tokens, timers: Timers): WrapEndpoint {
  return (name, keyIn, work) => async (request, reply) => {
    const operation = isOneOf(operations, name) ? name : 'read';
    const apiCall = apiCallOf(request);
    const key = keyIn(apiCall);
    const call: Call = { at: machine.time(), operation, ...(key !== undefined && parseKey(key)) };
    machine.ledger.calls.add(call);
    const entry = operation === 'login' ? undefined : admit(request, apiCall);
    if (entry?.denied !== undefined) return finish(call, send(reply, entry.denied), entry.denied);

    const fault = machine.faultFor(name, key);
    if (fault !== undefined) call.fault = fault.kind;
    if (fault?.kind === 'revoked_token') tokens.revoke(entry?.token);
    const answer = answerOf(() => {
      if (fault?.kind === 'revoked_token') tokens.authorize(request.headers.authorization);
      if (operation !== 'read' && isUnapplied(fault)) throw new ApiError(503, 'a scripted fault');
      return patched(work({ ...apiCall, fault }), machine.patchFor(name, key));
    });
    if (fault?.kind === 'code') {
      const coded = codedAnswer(fault);
      return finish(call, send(reply, coded), coded);
    }
    if (fault === undefined || !('applied' in fault)) return finish(call, send(reply, answer), answer);
    await sendFaulty(reply, answer, fault, { timers, dialect });
    return finish(call, reply);
  };

  function admit({ headers }: FastifyRequest, { params }: ApiCall): { token?: string; denied?: Answer } {
    try {
      const token = tokens.authorize(headers.authorization);
      const denied = tokens.refuse(params['apiKey'] ?? '');
      return { token, ...(denied && { denied }) };
    } catch (error) {
      if (error instanceof ApiError) return { denied: error.answer };
      throw error;
    }
  }
}

function codedAnswer({ code, message, http, withoutResult }: FaultOf<'code'>): Answer {
  const { status, body } = failed(code, message, { http, ...(code < 400 && { status: 'OK' }) });
  return { status, body: withoutResult ? { response: (body as { response: object }).response } : body };
}

function apiCallOf({ params, query, body }: FastifyRequest): ApiCall {
  return {
    params: { ...queryOf(query), ...parse(paramsSchema, params, 'path') },
    body,
    fault: undefined,
  };
}

/** The query without the names that occur twice. */
function queryOf(query: unknown): Record<string, string> {
  const entries = Object.entries(query as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Whether the fault keeps the command from having an effect. */
function isUnapplied(fault: BridgerpayFault | undefined): boolean {
  return fault !== undefined && 'applied' in fault && !fault.applied;
}

function finish(call: Call, reply: FastifyReply, answer?: Answer): FastifyReply {
  if (call.fault !== 'hang' && call.fault !== 'reset') call.status = reply.statusCode;
  const code = answer && codeOf(answer);
  if (code !== undefined) call.code = code;
  return reply;
}
