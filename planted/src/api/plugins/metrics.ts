import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { quietRouteLevel } from '../route-log-level.ts';

/** What is counted of one request. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its route, never the path. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** The account in a hook's address, which need not be one that is known. */
  readonly hookAccount?: string | undefined;
}

/** Where requests are counted. */
export interface ApiMetrics {
  answered(request: AnsweredRequest): void;
  /** The page of `/metrics`; absent where it is served on a port of its own. It must not hang. */
  readonly page?: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined;
}

// One for all that leads nowhere: methods and paths are the caller's to choose.
const nowhere = { method: '-', route: '(none)' };

/** Counts every request once it is answered, and serves the page where it has no port of its own. */
export const metricsRoutes = fp<{ metrics?: ApiMetrics | undefined }>(
  async (app: FastifyInstance, { metrics }) => {
    if (!metrics) return;
    app.addHook('onResponse', (request, reply, done) => {
      metrics.answered({
        ...placeOf(request),
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1_000,
      });
      done();
    });
    const { page } = metrics;
    if (!page) return;
    app.get(
      '/metrics',
      { logLevel: quietRouteLevel(app), schema: { hide: true } },
      async (_request, reply) => {
        const { type, text } = await page();
        return reply.type(type).send(text);
      },
    );
  },
);

function placeOf({ method, routeOptions, params }: FastifyRequest) {
  const route = routeOptions.url;
  if (route === undefined) return nowhere;
  return {
    method,
    route,
    ...(route.startsWith('/hooks/') && { hookAccount: (params as { account?: string }).account }),
  };
}
