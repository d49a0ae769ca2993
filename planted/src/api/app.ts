import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiDependencies } from './dependencies.ts';
import { board } from '../board/board.tsx';
import { codec } from './routes/codec.ts';
import { OrderLookups } from '../orders/order-lookups.ts';
import { keys } from './plugins/keys.ts';
import { refuseConnection } from './plugins/malformed-request.ts';
import { metricsRoutes } from './plugins/metrics.ts';
import { openapi } from './plugins/openapi.ts';
import { orderLog } from './plugins/order-log.ts';
import { answerProblem, problemAnswers } from './plugins/problems.ts';
import { driftRoutes } from './routes/drift.ts';
import { Problem } from './problems.ts';
import { escalationRoutes } from './routes/escalations.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { orderRoutes } from './routes/orders.ts';

/** Where and how much the API logs. */
export interface Logging {
  /** One of pino's levels, or `silent`. */
  readonly logLevel: string;
  /** Takes the lines instead of standard output. */
  readonly logStream?: { write(line: string): void };
}

/** Builds the API; it does not listen. */
export async function createApp(
  dependencies: ApiDependencies,
  { logLevel, logStream }: Logging,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: {
      level: logLevel,
      ...(logStream && { stream: logStream }),
      serializers: {
        req: ({ method, url }: { method: string; url: string }) => ({ method, url: withoutToken(url) }),
      },
    },
    bodyLimit: 64 * 1024,
    // A body that comes in drop by drop.
    requestTimeout: 15_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    // Order ids hold encoded ids of providers, encoded once more.
    routerOptions: { maxParamLength: 1_200 },
  });
  // JSON is the one type of body here.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(safeValidator);
  app.setSerializerCompiler(serializerCompiler);
  closeConnectionsWhenStopping(app);
  await app.register(metricsRoutes, { metrics: dependencies.metrics });
  await app.register(orderLog);
  await app.register(problemAnswers);
  await app.register(keys, { apiKeys: dependencies.apiKeys });
  await app.register(openapi);
  await app.register(healthRoutes, dependencies);
  await app.register(hookRoutes, dependencies);
  const readers = { ...dependencies, looks: new OrderLookups(dependencies.client) };
  await app.register(orderRoutes, readers);
  await app.register(escalationRoutes, readers);
  await app.register((ops) => board(ops, readers), { prefix: '/ops' });
  await app.register((ops) => codec(ops, readers), { prefix: '/ops/codec' });
  await app.register(incidentRoutes, readers);
  await app.register(driftRoutes, readers);
  return app;
}

function withoutToken(url: string): string {
  return url.replace(/(hooks\/[^/?]*\/)[^?]*/i, '$1…').replace(/\?.*$/, '');
}

/** zod looks at the length of whatever has one before it knows the type, and an odd one throws. */
const safeValidator: typeof validatorCompiler = (route) => {
  const validate = validatorCompiler(route);
  return (value) => {
    try {
      return validate(value);
    } catch {
      return { error: new Problem('invalid_request', 'a value of the request is of the wrong type') };
    }
  };
};

/** A client that keeps its connection would hold up the end of the process after its last answer. */
function closeConnectionsWhenStopping(app: FastifyInstance): void {
  let isStopping = false;
  app.addHook('preClose', (done) => {
    isStopping = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isStopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}
