import type { FastifyInstance } from 'fastify';

const quieter = ['error', 'fatal', 'silent'] as const;

/** The log level of a route whose every call is not worth a line: warnings and errors, where the server logs those at all. */
export function quietRouteLevel({ log }: FastifyInstance): 'warn' | (typeof quieter)[number] {
  return quieter.find((level) => level === log.level) ?? 'warn';
}
