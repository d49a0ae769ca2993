import type { FastifyInstance } from 'fastify';

const higher = ['error', 'fatal', 'silent'] as const;

/** The log level of a route whose ordinary requests are not logged: `warn`, or the level of the server where that is higher. */
export function quietRouteLevel({ log }: FastifyInstance): 'warn' | (typeof higher)[number] {
  return higher.find((level) => level === log.level) ?? 'warn';
}
