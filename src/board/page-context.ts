import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isSecure } from './cross-site.ts';
import type { PageContext } from './pages/layout.tsx';
import { isPoll } from './polling.ts';
import { signCookie, verifyCookie } from '../api/signed-cookie.ts';
import type { Operator } from '../api/session.ts';

const messageCookie = 'ops_message';
const messageSeconds = 60;

/** The context of the page that answers a request. Removes the message cookie, so that the message is shown once. */
export function pageContextOf(request: FastifyRequest, reply: FastifyReply, now: number): PageContext {
  const { operator } = request;
  return {
    csrf: reply.generateCsrf({ secure: isSecure(request) }),
    operator: operator && { person: operator.person, keyName: operator.apiKey.name },
    message: takeMessage(request, reply, operator),
    now,
  };
}

/** Redirects to a page that shows a message once. */
export function redirectWith(
  message: string,
  path: string,
  { request, reply, operator }: { request: FastifyRequest; reply: FastifyReply; operator: Operator },
): FastifyReply {
  const signed = signCookie(message, operator.apiKey.key, 'message');
  const secure = isSecure(request);
  return reply
    .setCookie(messageCookie, signed, {
      path: '/ops',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge: messageSeconds,
    })
    .redirect(path, 303);
}

function takeMessage(
  request: FastifyRequest,
  reply: FastifyReply,
  operator: Operator | null,
): string | undefined {
  const signed = request.cookies[messageCookie];
  // A poll must not take the message of a page that is still loading.
  if (signed === undefined || !operator || isPoll(request)) return undefined;
  void reply.clearCookie(messageCookie, { path: '/ops' });
  return z.string().safeParse(verifyCookie(signed, operator.apiKey.key, 'message')).data;
}
