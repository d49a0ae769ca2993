import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, Refusal, answerOf, parse, send } from '../answers.ts';
import { type Dialect, sendFaulty } from '../fault-answers.ts';
import { patched } from '../patches.ts';
import type { Timers } from '../timers.ts';
import { type Credentials, authorize } from './auth.ts';
import type { StateMachine } from './state-machine.ts';
import type { BriqpayFault, Operation } from './faults.ts';
import type { Call } from './ledger.ts';

/** A request to an endpoint, parsed. */
export interface ApiCall {
  /** Empty for a create. */
  readonly id: string;
  readonly body: unknown;
  readonly fields: string | undefined;
  /** The scripted fault. The endpoint applies content faults; the wrapper applies the others. */
  readonly fault: BriqpayFault | undefined;
}

export type WrapEndpoint = (
  operation: Operation,
  work: (ask: ApiCall) => Answer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const dialect: Dialect = {
  refusal: (status) => ({ error: { code: `FAULT_${status}`, message: 'a scripted fault' } }),
  opening: '{"sessionId":"',
};

const paramsSchema = z.object({ id: z.string().default('') });
const querySchema = z.looseObject({ fields: z.string().optional() });

/** Creates the wrapper of every endpoint: it records the call, checks the credentials and applies faults. */
export function createEndpointWrapper(
  machine: StateMachine,
  credentials: Credentials,
  timers: Timers,
): WrapEndpoint {
  return (operation, work) => async (request, reply) => {
    const { id } = parse(paramsSchema, request.params, 'path');
    const call: Call = { at: machine.time(), operation, ...(id && { sessionId: id }) };
    machine.ledger.calls.add(call);
    const denied = await answerOf(() => {
      authorize(request.headers.authorization, credentials);
      return { status: 200 };
    });
    if (denied.status !== 200) return finish(call, send(reply, denied));

    const fault = machine.faultFor(operation, id);
    if (fault !== undefined) call.fault = fault.kind;
    const answer = await answerOf(() => {
      if (operation !== 'read' && isUnapplied(fault))
        throw new Refusal(503, 'FAULT_UNAPPLIED', 'a scripted fault');
      const { fields } = parse(querySchema, request.query, 'query');
      return patched(work({ id, body: request.body, fields, fault }), machine.patchFor(operation, id));
    });
    if (fault === undefined || !('applied' in fault)) return finish(call, send(reply, answer));
    await sendFaulty(reply, answer, fault, { timers, dialect });
    return finish(call, reply);
  };
}

/** Whether the fault keeps the command from having an effect. */
function isUnapplied(fault: BriqpayFault | undefined): boolean {
  return fault !== undefined && 'applied' in fault && !fault.applied;
}

function finish(call: Call, reply: FastifyReply): FastifyReply {
  if (call.fault !== 'hang' && call.fault !== 'reset') call.status = reply.statusCode;
  return reply;
}
