import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { parseOrderId } from '../../workflows/contract/ids.ts';

/** Puts `order` into what is logged about a request whose path names one. */
export const orderLog = fp(async (app: FastifyInstance) => {
  app.addHook('onRequest', (request, reply, done) => {
    const { id } = (request.params ?? {}) as { id?: string };
    if (id !== undefined && parseOrderId(id)) logOrder(request, reply, id);
    done();
  });
});

/** Puts `order`, and where it is traced, into what is logged about this request from now on. */
export function logOrder(
  request: FastifyRequest,
  reply: FastifyReply,
  order: string,
  traceparent?: string,
): void {
  const [, trace_id, span_id] = traceparent?.split('-') ?? [];
  const log = request.log.child({ order, ...(traceparent !== undefined && { trace_id, span_id }) });
  request.log = log;
  reply.log = log;
}
