import type { FastifyInstance } from 'fastify';
import { parseExactly } from '../../providers/exact-json.ts';
import { Problem } from '../problems.ts';

export const hookBodyLimit = 64 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent, which a provider signs; empty where there is none. */
    rawBody: string;
  }
}

/** Parses JSON bodies, and keeps their text for the signature. */
export function keepRawBody(app: FastifyInstance): void {
  app.decorateRequest('rawBody', '');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: hookBodyLimit },
    (request, body: string, done) => {
      request.rawBody = body;
      try {
        done(null, parseExactly(body));
      } catch {
        done(new Problem('invalid_request', 'the body is not JSON'));
      }
    },
  );
}
