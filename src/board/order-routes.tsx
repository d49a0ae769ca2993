import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api/dependencies.ts';
import { visibleRun } from '../api/visible-run.ts';
import { callerOf } from '../api/plugins/keys.ts';
import { problems } from '../api/problems.ts';
import { quietRouteLevel } from '../api/route-log-level.ts';
import { parseAct } from './act-form.ts';
import { pageContextOf, isPoll, redirectWith } from './page-context.ts';
import { loadOrder, type OrderView } from './load-order.ts';
import { saidOf } from './pages/notices.tsx';
import { orderHref } from './pages/order-href.ts';
import { OrderPage, OrderRegion, type OrderProps } from './pages/order-page.tsx';
import { runBulkAction } from './bulk-action.ts';
import { sendPage, sendPart } from './send-page.ts';
import { operatorAt } from './signed-in.ts';
import { verbSchema } from './verb-schema.ts';

const idSchema = z.object({ id: z.string().min(1) });
const versionSchema = z.object({ version: z.string().optional().catch(undefined) });

/** One order's page, and acts on that order. */
export async function orderRoutes(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { client, accounts, lookups: looks, temporalUi, now } = dependencies;
  const hands = { client, looks, now, accounts: new Map(accounts.map((account) => [account.id, account])) };

  app.get(
    '/orders/:id',
    { schema: { hide: true }, logLevel: quietRouteLevel(app) },
    async (request, reply) => {
      const { id } = idSchema.parse(request.params);
      if (!isPoll(request)) return show(request, reply, { id });
      const view = await lookAt(request, id);
      if (view.version === versionSchema.parse(request.query).version) return reply.status(204).send();
      return sendPart(reply, <OrderRegion {...propsOf(request, reply, view)} />);
    },
  );

  app.post('/orders/:id/:verb', { schema: { hide: true } }, async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    const { verb } = verbSchema.parse(request.params);
    const operator = operatorAt(request);
    const parsed = parseAct(verb, request.body, now());
    if ('faults' in parsed) return show(request, reply, { id, status: 400, ...parsed });
    const { act, typed } = parsed;
    if (act.picks.some((pick) => pick.id !== id))
      return show(request, reply, { id, status: 400, typed, faults: ['the form is of another order'] });
    const outcome = await runBulkAction(
      hands,
      { caller: callerOf(request), person: operator.person },
      act,
      request,
    );
    const [refusal] = outcome.refused;
    if (!refusal) return redirectWith(saidOf(outcome), orderHref(id), { request, reply, operator });
    return show(request, reply, { id, status: problems[refusal.code].status, typed, refusal });
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, status, ...more }: { id: string; status?: number } & Partial<OrderProps>,
  ): Promise<FastifyReply> {
    const view = await lookAt(request, id);
    return sendPage(reply, <OrderPage {...propsOf(request, reply, view)} {...more} />, status);
  }

  async function lookAt(request: FastifyRequest, id: string): Promise<OrderView> {
    const run = await visibleRun(looks, callerOf(request), id);
    return loadOrder(client, run, now());
  }

  function propsOf(request: FastifyRequest, reply: FastifyReply, view: OrderView): OrderProps {
    return {
      frame: pageContextOf(request, reply, now()),
      view,
      idempotencyKey: randomUUID(),
      temporalHref: temporalUi && runHref(temporalUi, client.options.namespace, view),
    };
  }
}

/** A run in the Temporal UI, whose router reads an id with its escapes escaped once more. */
function runHref(temporalUi: string, namespace: string, { order, runId }: OrderView): string {
  const path = [namespace, 'workflows', order.id, runId].map(encodeURIComponent).join('/');
  return `${temporalUi.replace(/\/+$/, '')}/namespaces/${path}/history`;
}
