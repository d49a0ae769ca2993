import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import type { ApiDependencies } from '../api/dependencies.ts';
import { sha256, type ApiKey } from '../api/plugins/keys.ts';
import { plainText } from '../api/schemas.ts';
import { isSecure } from './cross-site.ts';
import { pageContextOf } from './page-context.ts';
import { SignInPage } from './pages/sign-in-page.tsx';
import { returnPath } from './addresses.ts';
import { sendPage } from './send-page.ts';
import { mayOperate, sessionCookie, sessionMs, sessionCookieValue } from '../api/session.ts';

const attemptsPerMinute = 10;

const querySchema = z.object({ to: z.string().max(2_000).optional().catch(undefined) });
const formSchema = z.object({
  person: z.string().trim().pipe(plainText(64)),
  key: z.string().trim().min(1).max(1_000),
});
// The fields that are shown again after a refused attempt; never the key.
const echoedSchema = z.object({
  person: z.string().max(200).catch(''),
  to: z.string().max(2_000).optional().catch(undefined),
});

/** Signing in with an API key that has the scope `ops`, and signing out. */
export async function signInRoutes(
  app: FastifyInstance,
  { apiKeys, now }: Pick<ApiDependencies, 'apiKeys' | 'now'>,
): Promise<void> {
  const attempts = new RateLimiterMemory({ points: attemptsPerMinute, duration: 60 });
  const known = apiKeys.map((apiKey) => ({ apiKey, digest: sha256(apiKey.key) }));
  const open = { schema: { hide: true }, config: { isPublic: true } } as const;

  app.get('/sign-in', open, (request, reply) => {
    const to = returnPath(querySchema.parse(request.query).to);
    return request.operator ? reply.redirect(to, 303) : show(request, reply, { to });
  });

  app.post('/sign-in', open, async (request, reply) => {
    const echoed = echoedSchema.parse(request.body ?? {});
    const to = returnPath(echoed.to);
    const showAgain = (status: number, refusal: string) =>
      show(request, reply, { to, person: echoed.person, status, refusal });
    const form = formSchema.safeParse(request.body);
    if (!form.success) return showAgain(400, 'Enter your name (at most 64 bytes) and an API key.');
    const waitMs = await consumeAttempt(attempts, request.ip);
    if (waitMs > 0) {
      void reply.header('retry-after', String(Math.ceil(waitMs / 1_000)));
      return showAgain(429, 'Too many failed attempts from this address. Try again in a minute.');
    }
    const apiKey = findKey(known, form.data.key);
    if (!apiKey) return showAgain(401, 'This is not an API key of this service.');
    if (!mayOperate(apiKey)) return showAgain(403, 'This API key does not have the scope ops.');
    await attempts.reward(request.ip);
    const { person } = form.data;
    request.log.info({ key: apiKey.name }, 'signed in');
    return reply
      .setCookie(sessionCookie, sessionCookieValue({ person, apiKey }, now()), {
        path: '/ops',
        httpOnly: true,
        sameSite: 'strict',
        secure: isSecure(request),
        maxAge: sessionMs / 1_000,
      })
      .redirect(to, 303);
  });

  app.post('/sign-out', open, (_request, reply) =>
    reply.clearCookie(sessionCookie, { path: '/ops' }).redirect('/ops/sign-in', 303),
  );

  function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { to, person = '', status = 200, refusal }: SignInView,
  ): FastifyReply {
    const page = (
      <SignInPage
        page={pageContextOf(request, reply, now())}
        to={to}
        person={person}
        refusal={refusal}
        isPossible={apiKeys.some(mayOperate)}
      />
    );
    return sendPage(reply, page, status);
  }
}

interface SignInView {
  readonly to: string;
  readonly person?: string;
  readonly status?: number;
  readonly refusal?: string;
}

/** Takes one attempt. Returns how long to wait where none is left (milliseconds), else 0. A successful sign-in gives it back. */
async function consumeAttempt(attempts: RateLimiterMemory, address: string): Promise<number> {
  try {
    await attempts.consume(address);
    return 0;
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
    throw error;
  }
}

function findKey(
  known: readonly { readonly apiKey: ApiKey; readonly digest: Buffer }[],
  key: string,
): ApiKey | undefined {
  const digest = sha256(key);
  // Compares with every key, so that the time does not reveal which one was similar.
  const [match] = known.filter((entry) => timingSafeEqual(entry.digest, digest));
  return match?.apiKey;
}
