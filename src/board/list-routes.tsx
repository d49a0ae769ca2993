import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies } from '../api/dependencies.ts';
import { callerOf, maySee, visibleAccounts } from '../api/plugins/keys.ts';
import { Problem } from '../api/problems.ts';
import { quietRouteLevel } from '../api/route-log-level.ts';
import { parseAct } from './act-form.ts';
import { filtersSchema, listHref, type Filters } from './filters.ts';
import { pageContextOf, isPoll, redirectWith } from './page-context.ts';
import { loadList, type ListView } from './load-list.ts';
import { ListPage, ListRegion, type ListProps } from './pages/list-page.tsx';
import { saidOf } from './pages/notices.tsx';
import { runBulkAction } from './bulk-action.ts';
import { RequestCache } from './request-cache.ts';
import { returnPath } from './return-path.ts';
import { sendPage, sendPart } from './send-page.ts';
import { operatorAt } from './signed-in.ts';
import { verbSchema } from './verb-schema.ts';

const sharedMs = 2_000;
const versionSchema = z.object({ version: z.string().optional().catch(undefined) });
const backSchema = z.object({ back: z.string().max(2_000).optional().catch(undefined) });

/** The list of what is stuck, and acts on several orders of it at once. */
export async function listRoutes(app: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { client, accounts, lookups: looks, now } = dependencies;
  const known = accounts.map(({ id }) => id);
  const hands = { client, looks, now, accounts: new Map(accounts.map((account) => [account.id, account])) };
  const recent = new RequestCache<ListView>(sharedMs);

  app.get('/', { schema: { hide: true }, logLevel: quietRouteLevel(app) }, async (request, reply) => {
    const filters = filtersOf(request.query);
    if (!isPoll(request)) return show(request, reply, { filters });
    const question = questionOf(request, filters);
    const view = await recent.get(JSON.stringify([question.accounts, filters]), () => loadList(question));
    if (view.version === versionSchema.parse(request.query).version) return reply.status(204).send();
    return sendPart(reply, <ListRegion {...propsOf(request, reply, filters, view)} />);
  });

  app.post('/acts/:verb', { schema: { hide: true } }, async (request, reply) => {
    const { verb } = verbSchema.parse(request.params);
    const back = returnPath(backSchema.parse(request.body ?? {}).back);
    const filters = filtersOf(Object.fromEntries(new URL(back, 'http://nowhere.invalid').searchParams));
    const operator = operatorAt(request);
    const parsed = parseAct(verb, request.body, now());
    if ('faults' in parsed) return show(request, reply, { filters, status: 400, ...parsed });
    const actor = { caller: callerOf(request), person: operator.person };
    const outcome = await runBulkAction(hands, actor, parsed.act, request);
    if (outcome.refused.length === 0)
      return redirectWith(saidOf(outcome), listHref(filters), { request, reply, operator });
    const typed = { ...parsed.typed, picked: new Set(outcome.refused.map(({ id }) => id)) };
    return show(request, reply, { filters, status: outcome.done > 0 ? 200 : 409, outcome, typed });
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { filters, status, ...more }: { filters: Filters; status?: number } & Partial<ListProps>,
  ): Promise<FastifyReply> {
    const view = await loadList(questionOf(request, filters));
    return sendPage(reply, <ListPage {...propsOf(request, reply, filters, view)} {...more} />, status);
  }

  function questionOf(request: FastifyRequest, filters: Filters) {
    const seen = visibleAccounts(callerOf(request), filters.account);
    return { client, accounts: seen, known, filters, now: now() };
  }

  function propsOf(
    request: FastifyRequest,
    reply: FastifyReply,
    filters: Filters,
    view: ListView,
  ): ListProps {
    return {
      frame: pageContextOf(request, reply, now()),
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
