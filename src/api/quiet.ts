import type { FastifyInstance } from 'fastify';

/** The log level of a route whose every call is not worth a line: warnings and errors, where the server logs those at all. */
export function quietLevel({ log }: FastifyInstance): string {
  return ['trace', 'debug', 'info'].includes(log.level) ? 'warn' : log.level;
}
