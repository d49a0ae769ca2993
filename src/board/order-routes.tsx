import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api/dependencies.ts';
import { visibleRun } from '../api/visible-run.ts';
import { callerOf } from '../api/plugins/keys.ts';
import { problems } from '../api/problems.ts';
import { quietRouteLevel } from '../api/route-log-level.ts';
import { actionParamsSchema, parseActionForm } from './action-form.ts';
import { pageContextOf, redirectWith } from './page-context.ts';
import { loadOrder, type OrderView } from './load-order.ts';
import { resultText } from './pages/notices.tsx';
import { orderHref } from './addresses.ts';
import { OrderPage, OrderRegion, type OrderProps } from './pages/order-page.tsx';
import { runBulkAction } from './bulk-action.ts';
import { isPoll, isUnchanged } from './polling.ts';
import { sendPage, sendPart } from './send-page.ts';
import { operatorAt } from './signed-in.ts';

const idSchema = z.object({ id: z.string().min(1) });

/** The page of one order, and actions on that order. */
export async function orderRoutes(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { client, accounts, lookups, temporalUi, now } = dependencies;
  const forAction = {
    client,
    lookups,
    now,
    accounts: new Map(accounts.map((account) => [account.id, account])),
  };

  app.get(
    '/orders/:id',
    { schema: { hide: true }, logLevel: quietRouteLevel(app) },
    async (request, reply) => {
      const { id } = idSchema.parse(request.params);
      if (!isPoll(request)) return show(request, reply, { id });
      const view = await load(request, id);
      if (isUnchanged(request, view.version)) return reply.status(204).send();
      return sendPart(reply, <OrderRegion {...propsOf(request, reply, view)} />);
    },
  );

  app.post('/orders/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    const { action: name } = actionParamsSchema.parse(request.params);
    const operator = operatorAt(request);
    const parsed = parseActionForm(name, request.body, now());
    if ('errors' in parsed) return show(request, reply, { id, status: 400, ...parsed });
    const { action, form } = parsed;
    if (action.orders.some((order) => order.id !== id))
      return show(request, reply, { id, status: 400, form, errors: ['the form belongs to another order'] });
    const actor = { caller: callerOf(request), person: operator.person };
    const result = await runBulkAction(forAction, actor, action, request);
    const [refusal] = result.refused;
    if (!refusal) return redirectWith(resultText(result), orderHref(id), { request, reply, operator });
    return show(request, reply, { id, status: problems[refusal.code].status, form, refusal });
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, status, ...more }: { id: string; status?: number } & Partial<OrderProps>,
  ): Promise<FastifyReply> {
    const view = await load(request, id);
    return sendPage(reply, <OrderPage {...propsOf(request, reply, view)} {...more} />, status);
  }

  async function load(request: FastifyRequest, id: string): Promise<OrderView> {
    const run = await visibleRun(lookups, callerOf(request), id);
    return loadOrder(client, run, now());
  }

  function propsOf(request: FastifyRequest, reply: FastifyReply, view: OrderView): OrderProps {
    return {
      page: pageContextOf(request, reply, now()),
      view,
      idempotencyKey: randomUUID(),
      temporalHref: temporalUi && runHref(temporalUi, client.options.namespace, view),
    };
  }
}

/** The URL of a run in the Temporal UI. Its router expects the percent escapes of an id to be escaped once more. */
function runHref(temporalUi: string, namespace: string, { order, runId }: OrderView): string {
  const path = [namespace, 'workflows', order.id, runId].map(encodeURIComponent).join('/');
  return `${temporalUi.replace(/\/+$/, '')}/namespaces/${path}/history`;
}
