import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { ApiKey } from '../api/plugins/keys.ts';
import { isPoll } from './page-context.ts';
import { operatorOf, sessionCookie, type Operator } from '../api/session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    operator: Operator | null;
  }
  interface FastifyContextConfig {
    /** A page of the board for those who have not signed in. */
    isOpen?: true;
  }
}

interface SignedInOptions {
  readonly apiKeys: readonly ApiKey[];
  readonly now: () => number;
}

/** Knows who asks by their session, and sends everybody else to the door. */
export const signedIn = fp<SignedInOptions>(async (app: FastifyInstance, { apiKeys, now }) => {
  app.decorateRequest('operator', null);
  app.addHook('onRequest', async (request, reply) => {
    const operator = operatorOf(request.cookies[sessionCookie] ?? '', apiKeys, now());
    if (operator) {
      const { name, scopes, accounts } = operator.apiKey;
      request.operator = operator;
      request.caller = { name, scopes, accounts };
    } else if (!request.routeOptions.config?.isOpen) {
      return toTheDoor(request, reply);
    }
    return undefined;
  });
});

/** Who has signed in, on a page that only they see. */
export function operatorAt({ operator }: FastifyRequest): Operator {
  if (!operator) throw new Error('a page that is open to all has no operator');
  return operator;
}

function toTheDoor(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isPoll(request)) {
    const current = String(request.headers['hx-current-url'] ?? '');
    const { pathname, search } = URL.canParse(current) ? new URL(current) : { pathname: '/ops', search: '' };
    return reply
      .status(401)
      .header('hx-redirect', doorHref(pathname + search))
      .send();
  }
  return reply.redirect(doorHref(request.method === 'GET' ? request.url : '/ops'), 303);
}

function doorHref(to: string): string {
  return `/ops/sign-in?${new URLSearchParams({ to }).toString()}`;
}
