import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { parseOrderId } from '../../workflows/contract.ts';

/** Puts `order` into what is logged about a request whose path names one. */
export const orderLog = fp(async (app: FastifyInstance) => {
  app.addHook('onRequest', (request, reply, done) => {
    const { id } = (request.params ?? {}) as { id?: string };
    if (id !== undefined && parseOrderId(id)) logOrder(request, reply, id);
    done();
  });
});

/** Puts `order` into what is logged about this request from now on. */
export function logOrder(request: FastifyRequest, reply: FastifyReply, order: string): void {
  const log = request.log.child({ order });
  request.log = log;
  reply.log = log;
}
