import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { ApiKey } from '../api/plugins/keys.ts';
import { isPoll } from './polling.ts';
import { operatorOf, sessionCookie, type Operator } from '../api/session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    operator: Operator | null;
  }
  interface FastifyContextConfig {
    /** A page of the board that needs no session. */
    isPublic?: true;
  }
}

interface SignedInOptions {
  readonly apiKeys: readonly ApiKey[];
  readonly now: () => number;
}

/** Sets the operator of a request from its session cookie. Without a session, redirects to the sign-in page. */
export const signedIn = fp<SignedInOptions>(async (app: FastifyInstance, { apiKeys, now }) => {
  app.decorateRequest('operator', null);
  app.addHook('onRequest', async (request, reply) => {
    const operator = operatorOf(request.cookies[sessionCookie] ?? '', apiKeys, now());
    if (operator) {
      const { name, scopes, accounts } = operator.apiKey;
      request.operator = operator;
      request.caller = { name, scopes, accounts };
    } else if (!request.routeOptions.config?.isPublic) {
      return redirectToSignIn(request, reply);
    }
    return undefined;
  });
});

/** The operator, on a page that needs a session. */
export function operatorAt({ operator }: FastifyRequest): Operator {
  if (!operator) throw new Error('a public page has no operator');
  return operator;
}

function redirectToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isPoll(request)) {
    const current = String(request.headers['hx-current-url'] ?? '');
    const { pathname, search } = URL.canParse(current) ? new URL(current) : { pathname: '/ops', search: '' };
    return reply
      .status(401)
      .header('hx-redirect', signInHref(pathname + search))
      .send();
  }
  return reply.redirect(signInHref(request.method === 'GET' ? request.url : '/ops'), 303);
}

function signInHref(to: string): string {
  return `/ops/sign-in?${new URLSearchParams({ to }).toString()}`;
}
