import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, Refusal, answerOf, parse, send } from '../answers.ts';
import { type Dialect, sendSpoilt } from '../fault-answers.ts';
import type { Timers } from '../timers.ts';
import { type Credentials, authorize } from './auth.ts';
import type { Desk } from './desk.ts';
import type { Fault, Operation } from './faults.ts';
import type { Call } from './ledger.ts';

/** One call, as an endpoint needs it. */
export interface Ask {
  /** Empty for a create. */
  readonly id: string;
  readonly body: unknown;
  readonly fields: string | undefined;
  /** The fault of content, for a read to obey; those of the wire are seen to here. */
  readonly fault: Fault | undefined;
}

export type Serve = (
  operation: Operation,
  work: (ask: Ask) => Answer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const dialect: Dialect = {
  refusal: (status) => ({ error: { code: `FAULT_${status}`, message: 'a scripted fault' } }),
  opening: '{"sessionId":"',
};

const paramsSchema = z.object({ id: z.string().default('') });
const querySchema = z.looseObject({ fields: z.string().optional() });

/** Wraps an endpoint in what all share: the ledger, the log-in, the faults. */
export function createServe(desk: Desk, credentials: Credentials, timers: Timers): Serve {
  return (operation, work) => async (request, reply) => {
    const { id } = parse(paramsSchema, request.params, 'path');
    const call: Call = { at: desk.time(), operation, ...(id && { sessionId: id }) };
    desk.ledger.calls.add(call);
    const denied = await answerOf(() => {
      authorize(request.headers.authorization, credentials);
      return { status: 200 };
    });
    if (denied.status !== 200) return finish(call, send(reply, denied));

    const fault = desk.faultFor(operation, id);
    if (fault !== undefined) call.fault = fault.kind;
    const answer = await answerOf(() => {
      if (operation !== 'read' && isUnapplied(fault))
        throw new Refusal(503, 'FAULT_UNAPPLIED', 'a scripted fault');
      const { fields } = parse(querySchema, request.query, 'query');
      return work({ id, body: request.body, fields, fault });
    });
    if (fault === undefined || !('applied' in fault)) return finish(call, send(reply, answer));
    return finish(call, await sendSpoilt(reply, answer, fault, { timers, dialect }));
  };
}

/** The command is to leave no effect; a read has none to leave out. */
function isUnapplied(fault: Fault | undefined): boolean {
  return fault !== undefined && 'applied' in fault && !fault.applied;
}

function finish(call: Call, reply: FastifyReply): FastifyReply {
  if (call.fault !== 'hang' && call.fault !== 'reset') call.status = reply.statusCode;
  return reply;
}
