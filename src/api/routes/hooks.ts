import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies, HookAccount } from '../dependencies.ts';
import { traceHook } from '../hook-traces.ts';
import { accountFinder, hookUrl as url } from '../hooks/address.ts';
import { hookDelivery } from '../hooks/deliver.ts';
import { parseHook } from '../hooks/parse.ts';
import { hookBodyLimit, keepRawBody } from '../hooks/raw-body.ts';
import { checkSignature } from '../hooks/signature.ts';
import { logOrder } from '../plugins/order-log.ts';
import { Problem } from '../problems.ts';
import { quietRouteLevel } from '../route-log-level.ts';

/** Takes the providers' hooks: each is acknowledged once its hint is durable in Temporal. */
export async function hookRoutes(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { accounts, now, traces } = dependencies;
  const findAccount = accountFinder(accounts);
  const deliver = hookDelivery(dependencies);
  keepRawBody(app);
  // Usual log lines would show the path, which holds the token.
  const common = { url, logLevel: quietRouteLevel(app), schema: { hide: true } };

  app.route({
    ...common,
    method: ['GET', 'POST'],
    bodyLimit: hookBodyLimit,
    config: { problems: ['invalid_signature', 'not_found', 'budget_exhausted'] },
    handler: takeHook,
  });
  app.route({
    ...common,
    method: ['PUT', 'PATCH', 'DELETE'],
    config: { problems: ['method_not_allowed'] },
    handler: refuseMethod,
  });

  async function takeHook(request: FastifyRequest, reply: FastifyReply) {
    const account = findAccount(request.params);
    const trace = beginTrace(account, request, reply);
    checkSignature(account, request, now());
    const hook = parseHook(account, request);
    logOrder(request, reply, hook.order, trace?.traceparent);
    trace?.about(hook.order);
    if (hook.isIgnored) trace?.became('ignored');
    else await deliver(account, hook, trace);
    return reply.status(202).send({ order: hook.order, received: true });
  }

  // Only for a right address: a sender that guesses addresses could fill the collector.
  function beginTrace({ id: account, hooks }: HookAccount, request: FastifyRequest, reply: FastifyReply) {
    const at = now() - reply.elapsedTime;
    return traces && traceHook(traces, { request, reply }, { account, provider: hooks.name, at });
  }
}

function refuseMethod(): never {
  throw new Problem('method_not_allowed', undefined, { allow: 'GET, POST' });
}
