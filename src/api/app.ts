import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiDependencies } from './dependencies.ts';
import { codec } from './routes/codec.ts';
import { keys } from './plugins/keys.ts';
import { refuseConnection } from './plugins/malformed-request.ts';
import { metricsRoutes } from './plugins/metrics.ts';
import { openapi } from './plugins/openapi.ts';
import { orderLog } from './plugins/order-log.ts';
import { answerProblem, problemAnswers } from './plugins/problems.ts';
import { driftRoutes } from './routes/drift.ts';
import { Problem } from './problems.ts';
import { escalationRoutes } from './routes/escalations.ts';
import { claimRoutes } from './routes/claims.ts';
import { noteRoutes } from './routes/notes.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { orderRoutes } from './routes/orders.ts';

/** How much the API logs, and where. */
export interface Logging {
  /** One of pino's levels, or `silent`. */
  readonly logLevel: string;
  /** Takes the lines instead of standard output. */
  readonly logStream?: { write(line: string): void };
}

/** Builds the API. It does not listen, and has no board: the composition root registers that. */
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
    // Ends a request whose body arrives too slowly.
    requestTimeout: 15_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    // An order id holds a provider's id percent-encoded, and the path encodes it again.
    routerOptions: { maxParamLength: 1_200 },
  });
  // The API takes JSON bodies only.
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
  await app.register(orderRoutes, dependencies);
  await app.register(escalationRoutes, dependencies);
  await app.register(claimRoutes, dependencies);
  await app.register(noteRoutes, dependencies);
  await app.register(codec, { ...dependencies, prefix: '/ops/codec' });
  await app.register(incidentRoutes, dependencies);
  await app.register(driftRoutes, dependencies);
  return app;
}

function withoutToken(url: string): string {
  return url.replace(/(hooks\/[^/?]*\/)[^?]*/i, '$1…').replace(/\?.*$/, '');
}

/** zod reads the length of a value before it knows its type, which throws for some values. */
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

/** Closes connections after their last answer: a client that keeps one open would delay the end of the process. */
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
