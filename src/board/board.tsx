import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies } from '../api/dependencies.ts';
import { toProblem } from '../api/plugins/problems.ts';
import { Problem, problems } from '../api/problems.ts';
import { assetRoutes } from './assets.ts';
import { isCrossSite } from './cross-site.ts';
import { pageContextOf } from './page-context.ts';
import { listRoutes } from './list-routes.tsx';
import { orderRoutes } from './order-routes.tsx';
import { ProblemPage } from './pages/problem-page.tsx';
import { sendPage } from './send-page.ts';
import { signedIn } from './signed-in.ts';
import { signInRoutes } from './sign-in-routes.tsx';

// Room for two hundred selected orders with the longest ids.
const bodyLimit = 256 * 1024;

// No content from other hosts, and no inline scripts or styles.
const directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/** The board of stuck payments for operators. Its pages have their own parsers, headers and error pages. */
export async function board(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    referrerPolicy: { policy: 'no-referrer' },
    // Left to the proxy: the header would hold for the whole host, not only for the board.
    strictTransportSecurity: false,
  });
  // The board accepts no body but forms.
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit });
  await app.register(cookie);
  await app.register(csrf, {
    cookieKey: 'ops_csrf',
    cookieOpts: { path: '/ops', httpOnly: true, sameSite: 'strict' },
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (request.method === 'POST' && isCrossSite(request))
      throw new Problem('forbidden', 'the request comes from another site');
  });
  await app.register(signedIn, dependencies);
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method === 'POST') app.csrfProtection(request, reply, done);
    else done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) =>
    refuse(problemOf(error, request), request, reply),
  );
  app.setNotFoundHandler((request, reply) =>
    refuse(new Problem('not_found', 'Page not found.'), request, reply),
  );

  await app.register(assetRoutes);
  await app.register(signInRoutes, dependencies);
  await app.register(listRoutes, dependencies);
  await app.register(orderRoutes, dependencies);

  function refuse(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const page = <ProblemPage page={pageContextOf(request, reply, dependencies.now())} problem={problem} />;
    return sendPage(reply.headers(problem.headers), page, problems[problem.code].status);
  }
}

function problemOf(error: FastifyError, request: FastifyRequest): Problem {
  if (error.code?.startsWith('FST_CSRF_'))
    return new Problem(
      'forbidden',
      'The form has expired, and nothing was done. Reload the page and try again.',
    );
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem('unsupported_media_type', 'Expected a form.');
  return toProblem(error, request);
}
