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
import { returnPath } from './return-path.ts';
import { sendPage } from './send-page.ts';
import { mayOperate, sessionCookie, sessionMs, sessionOf } from '../api/session.ts';

const triesPerMinute = 10;

const asked = z.object({ to: z.string().max(2_000).optional().catch(undefined) });
const formSchema = z.object({
  person: z.string().trim().pipe(plainText(64)),
  key: z.string().trim().min(1).max(1_000),
});
// What is shown again when something is wrong; never the key.
const typedSchema = z.object({
  person: z.string().max(200).catch(''),
  to: z.string().max(2_000).optional().catch(undefined),
});

/** The way in, by an API key that may operate, and the way out. */
export async function signInRoutes(
  app: FastifyInstance,
  { apiKeys, now }: Pick<ApiDependencies, 'apiKeys' | 'now'>,
): Promise<void> {
  const tries = new RateLimiterMemory({ points: triesPerMinute, duration: 60 });
  const known = apiKeys.map((apiKey) => ({ apiKey, digest: sha256(apiKey.key) }));
  const open = { schema: { hide: true }, config: { isOpen: true } } as const;

  app.get('/sign-in', open, (request, reply) => {
    const to = returnPath(asked.parse(request.query).to);
    return request.operator ? reply.redirect(to, 303) : show(request, reply, { to });
  });

  app.post('/sign-in', open, async (request, reply) => {
    const typed = typedSchema.parse(request.body ?? {});
    const to = returnPath(typed.to);
    const again = (status: number, refusal: string) =>
      show(request, reply, { to, person: typed.person, status, refusal });
    const form = formSchema.safeParse(request.body);
    if (!form.success) return again(400, 'Give your name, of at most 64 bytes, and an API key.');
    const waitMs = await takeTry(tries, request.ip);
    if (waitMs > 0) {
      void reply.header('retry-after', String(Math.ceil(waitMs / 1_000)));
      return again(429, 'Too many failed tries from this address. Try again in a minute.');
    }
    const apiKey = findKey(known, form.data.key);
    if (!apiKey) return again(401, 'This is no API key of this service.');
    if (!mayOperate(apiKey)) return again(403, 'This API key lacks the scope ops.');
    await tries.reward(request.ip);
    const { person } = form.data;
    request.log.info({ key: apiKey.name }, 'signed in');
    return reply
      .setCookie(sessionCookie, sessionOf({ person, apiKey }, now()), {
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
    { to, person = '', status = 200, refusal }: Shown,
  ): FastifyReply {
    const frame = pageContextOf(request, reply, now());
    const page = (
      <SignInPage
        frame={frame}
        to={to}
        person={person}
        refusal={refusal}
        isPossible={apiKeys.some(mayOperate)}
      />
    );
    return sendPage(reply, page, status);
  }
}

interface Shown {
  readonly to: string;
  readonly person?: string;
  readonly status?: number;
  readonly refusal?: string;
}

/** How long to wait before the next try, in milliseconds; 0 for now. A try that succeeds is given back. */
async function takeTry(tries: RateLimiterMemory, address: string): Promise<number> {
  try {
    await tries.consume(address);
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
  // All are compared, so that the time tells nothing about which came near.
  const [match] = known.filter((entry) => timingSafeEqual(entry.digest, digest));
  return match?.apiKey;
}
