import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api/dependencies.ts';
import { callerOf, maySee, visibleAccounts } from '../api/plugins/keys.ts';
import { Problem } from '../api/problems.ts';
import { quietRouteLevel } from '../api/route-log-level.ts';
import { actionParamsSchema, parseActionForm } from './action-form.ts';
import { filtersSchema, listHref, type Filters } from './filters.ts';
import { pageContextOf, redirectWith } from './page-context.ts';
import { loadList, type ListView } from './load-list.ts';
import { ListPage, ListRegion, type ListProps } from './pages/list-page.tsx';
import { resultText } from './pages/notices.tsx';
import { runBulkAction } from './bulk-action.ts';
import { RequestCache } from './request-cache.ts';
import { returnPath } from './addresses.ts';
import { isPoll, isUnchanged } from './polling.ts';
import { sendPage, sendPart } from './send-page.ts';
import { operatorAt } from './signed-in.ts';

const sharedMs = 2_000;
const backSchema = z.object({ back: z.string().max(2_000).optional().catch(undefined) });

/** The list of stuck orders, and actions on several of them at once. */
export async function listRoutes(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { client, accounts, lookups, now } = dependencies;
  const known = accounts.map(({ id }) => id);
  const forAction = {
    client,
    lookups,
    now,
    accounts: new Map(accounts.map((account) => [account.id, account])),
  };
  const listCache = new RequestCache<ListView>(sharedMs);

  app.get('/', { schema: { hide: true }, logLevel: quietRouteLevel(app) }, async (request, reply) => {
    const filters = filtersOf(request.query);
    if (!isPoll(request)) return show(request, reply, { filters });
    const listRequest = listRequestOf(request, filters);
    const view = await listCache.get(JSON.stringify([listRequest.accounts, filters]), () =>
      loadList(listRequest),
    );
    if (isUnchanged(request, view.version)) return reply.status(204).send();
    return sendPart(reply, <ListRegion {...propsOf(request, reply, filters, view)} />);
  });

  app.post('/actions/:action', { schema: { hide: true } }, async (request, reply) => {
    const { action: name } = actionParamsSchema.parse(request.params);
    const back = returnPath(backSchema.parse(request.body ?? {}).back);
    const filters = filtersOf(Object.fromEntries(new URL(back, 'http://board.invalid').searchParams));
    const operator = operatorAt(request);
    const parsed = parseActionForm(name, request.body, now());
    if ('errors' in parsed) return show(request, reply, { filters, status: 400, ...parsed });
    const actor = { caller: callerOf(request), person: operator.person };
    const result = await runBulkAction(forAction, actor, parsed.action, request);
    if (result.refused.length === 0)
      return redirectWith(resultText(result), listHref(filters), { request, reply, operator });
    const form = { ...parsed.form, selectedIds: new Set(result.refused.map(({ id }) => id)) };
    return show(request, reply, { filters, status: result.done > 0 ? 200 : 409, result, form });
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { filters, status, ...more }: { filters: Filters; status?: number } & Partial<ListProps>,
  ): Promise<FastifyReply> {
    const view = await loadList(listRequestOf(request, filters));
    return sendPage(reply, <ListPage {...propsOf(request, reply, filters, view)} {...more} />, status);
  }

  function listRequestOf(request: FastifyRequest, filters: Filters) {
    const visible = visibleAccounts(callerOf(request), filters.account);
    return { client, accounts: visible, known, filters, now: now() };
  }

  function propsOf(
    request: FastifyRequest,
    reply: FastifyReply,
    filters: Filters,
    view: ListView,
  ): ListProps {
    return {
      page: pageContextOf(request, reply, now()),
      filters,
      view,
      accounts: known.filter((account) => maySee(callerOf(request), account)),
      idempotencyKey: randomUUID(),
    };
  }
}

function filtersOf(query: unknown): Filters {
  const { data, error } = filtersSchema.safeParse(query);
  if (error)
    throw new Problem(
      'invalid_request',
      error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  return data;
}
