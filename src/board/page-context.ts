import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isSecure } from './cross-site.ts';
import type { PageContext } from './pages/layout.tsx';
import { signCookie, verifyCookie } from '../api/signed-cookie.ts';
import type { Operator } from '../api/session.ts';

const messageCookie = 'ops_message';
const messageSeconds = 60;

/** The frame of the page that answers a request. Takes the message that waits for it. */
export function pageContextOf(request: FastifyRequest, reply: FastifyReply, now: number): PageContext {
  const { operator } = request;
  return {
    csrf: reply.generateCsrf({ secure: isSecure(request) }),
    operator: operator && { person: operator.person, keyName: operator.apiKey.name },
    message: takeMessage(request, reply, operator),
    now,
  };
}

/** Goes to a page that tells once what was done. */
export function redirectWith(
  message: string,
  path: string,
  { request, reply, operator }: { request: FastifyRequest; reply: FastifyReply; operator: Operator },
): FastifyReply {
  const sealed = signCookie(message, operator.apiKey.key, 'message');
  const secure = isSecure(request);
  return reply
    .setCookie(messageCookie, sealed, {
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
  const sealed = request.cookies[messageCookie];
  // A page that looks for news of itself would take the message of one that is still to be drawn.
  if (sealed === undefined || !operator || isPoll(request)) return undefined;
  void reply.clearCookie(messageCookie, { path: '/ops' });
  return z.string().safeParse(verifyCookie(sealed, operator.apiKey.key, 'message')).data;
}

/** Whether a page looks for news of itself. */
export function isPoll({ headers }: FastifyRequest): boolean {
  return headers['hx-request'] === 'true';
}
