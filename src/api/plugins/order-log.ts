import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { parseOrderId } from '../../workflows/contract/ids.ts';

/** Adds `order` to the log lines of a request whose path names an order. */
export const orderLog = fp(async (app: FastifyInstance) => {
  app.addHook('onRequest', (request, reply, done) => {
    const { id } = (request.params ?? {}) as { id?: string };
    if (id !== undefined && parseOrderId(id)) logOrder(request, reply, id);
    done();
  });
});

/** Adds `order`, and the trace, to the further log lines of a request. */
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
