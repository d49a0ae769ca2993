import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { quietRouteLevel } from '../route-log-level.ts';

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its route, never the path. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** The account in the address of a hook; it may be unknown. */
  readonly hookAccount?: string | undefined;
}

/** Counts requests. */
export interface ApiMetrics {
  answered(request: AnsweredRequest): void;
  /** Makes the page of `/metrics`; absent where another port serves it. It must not hang. */
  readonly page?: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined;
}

// One label for all requests without a route, since callers choose methods and paths.
const noRoute = { method: '-', route: '(none)' };

/** Counts every request once it is answered, and serves `/metrics` unless another port does. */
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
  if (route === undefined) return noRoute;
  return {
    method,
    route,
    ...(route.startsWith('/hooks/') && { hookAccount: (params as { account?: string }).account }),
  };
}
