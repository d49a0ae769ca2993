import { commandRules } from '../../domain/order/commands.ts';
import { kinds } from '../../domain/money/payment.ts';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseDuration } from '../../domain/escalation/durations.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import { waitForChange } from '../../orders/long-poll.ts';
import { explanationFor, timelineFor } from '../../orders/details.ts';
import { orderFilters } from '../../orders/filters.ts';
import { listOrders } from '../../orders/list.ts';
import { originOf } from '../../orders/origin.ts';
import { recheckOrder } from '../../orders/recheck.ts';
import { registerOrder } from '../../orders/register.ts';
import { filterShape } from '../filter-schema.ts';
import { visibleRun } from '../visible-run.ts';
import { requestTimeoutMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, maySee, visibleAccounts } from '../plugins/keys.ts';
import { logOrder } from '../plugins/order-log.ts';
import { Problem } from '../problems.ts';
import {
  explanationSchema,
  listShape,
  moneySchema,
  orderSchema,
  plainText,
  timelineSchema,
} from '../schemas.ts';

const orderParams = z.object({ id: z.string().min(1) });

const longestWaitMs = 60_000;
const wait = z
  .string()
  .transform((text) => Math.min(parseDuration(text) ?? Number.NaN, longestWaitMs))
  .refine((ms) => !Number.isNaN(ms), { message: 'expected a duration such as 30s' });

const registration = z
  .strictObject({
    account: z.string(),
    sessionId: z.string().optional().describe("Briqpay's session id"),
    orderId: z
      .union([z.string(), z.int().transform(String)])
      .optional()
      .describe("BridgerPay's order id"),
    kind: z.enum(kinds).default('deposit'),
    reference: plainText(128).optional().describe("The merchant's own order number"),
    expected: moneySchema,
    method: plainText(40).optional(),
  })
  .refine((body) => (body.sessionId === undefined) !== (body.orderId === undefined), {
    message: 'expected either sessionId or orderId',
  });

const listQuery = z.object({ ...filterShape(orderFilters), ...listShape });

/** Orders for backend services: register, read, wait for a change, list, recheck. */
export async function orderRoutes(
  root: FastifyInstance,
  { client, accounts, lookups, now }: ApiDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const known = new Map(accounts.map((account) => [account.id, account]));
  const waiting = new Set<AbortController>();
  let isStopping = false;
  // A stopping server answers waiting clients at once.
  app.addHook('preClose', async () => {
    isStopping = true;
    waiting.forEach((wait) => wait.abort());
  });

  app.post('/v1/orders', {
    config: { scope: commandRules.register.scope, problems: ['not_found', 'terms_conflict'] },
    schema: {
      tags: ['orders'],
      summary: 'Register an order: 201 when its terms are new, 200 when they were known',
      body: registration,
      response: { 200: orderSchema, 201: orderSchema },
    },
    handler: async (request, reply) => {
      const {
        account: accountId,
        sessionId,
        orderId: providerOrderId,
        kind,
        reference,
        expected,
        method,
      } = request.body;
      const account = known.get(accountId);
      if (!account || !maySee(callerOf(request), accountId))
        throw new Problem('not_found', 'no such account');
      const key = account.hooks.keyName === 'sessionId' ? sessionId : providerOrderId;
      if (key === undefined)
        throw new Problem('invalid_request', `expected ${account.hooks.keyName} for this account`);
      const origin = originOf(account, kind, key);
      logOrder(request, reply, origin.identity.id);
      const terms = {
        expected,
        ...(reference !== undefined && { reference }),
        ...(method !== undefined && { method }),
      };
      const { order, isNew } = await withDeadline(client, requestTimeoutMs, () =>
        registerOrder(client, origin, terms, now()),
      );
      return reply.status(isNew ? 201 : 200).send(order);
    },
  });

  app.get('/v1/orders/:id', {
    config: { scope: 'read', problems: ['not_found'] },
    schema: {
      tags: ['orders'],
      summary: 'Read an order; with `after` and `wait`, wait until its sequence has passed `after`, else 304',
      params: orderParams,
      querystring: z.object({ after: z.coerce.number().int().min(0).optional(), wait: wait.optional() }),
      response: { 200: orderSchema, 304: z.null().describe('Nothing changed') },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const run = await visibleRun(lookups, callerOf(request), request.params.id);
      const { after, wait: waitMs = 0 } = request.query;
      if (after === undefined || run.order.sequence > after) return reply.send(run.order);
      const wait = new AbortController();
      waiting.add(wait);
      // The server may have begun to stop during the lookup.
      if (isStopping) wait.abort();
      reply.raw.once('close', () => {
        waiting.delete(wait);
        wait.abort();
      });
      const order = await waitForChange(client, lookups, id, { after, waitMs, signal: wait.signal });
      return order ? reply.send(order) : reply.status(304).send(null);
    },
  });

  app.get('/v1/orders/:id/timeline', {
    config: { scope: 'read', problems: ['not_found'] },
    schema: {
      tags: ['orders'],
      summary: 'What happened to an order: hooks, reads, changes, commands, decisions; oldest first',
      params: orderParams,
      response: { 200: timelineSchema },
    },
    handler: async (request) => {
      await visibleRun(lookups, callerOf(request), request.params.id);
      const timeline = await timelineFor(client, request.params.id);
      if (!timeline) throw new Problem('not_found', 'no such order');
      return timeline;
    },
  });

  app.get('/v1/orders/:id/explanation', {
    config: { scope: 'read', problems: ['not_found'] },
    schema: {
      tags: ['orders'],
      summary:
        'The evidence for an order: its movements, hooks that no read has confirmed, and what happens next',
      params: orderParams,
      response: { 200: explanationSchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      const run = await visibleRun(lookups, callerOf(request), id);
      const explanation = await explanationFor(client, id, run, now());
      if (!explanation)
        throw new Problem('not_found', 'an operator ended the run, which left no explanation');
      return explanation;
    },
  });

  app.get('/v1/orders', {
    config: { scope: 'read', problems: [] },
    schema: {
      tags: ['orders'],
      summary: 'List orders; the list may be a moment behind',
      querystring: listQuery,
      response: { 200: z.object({ orders: z.array(orderSchema), cursor: z.string().nullable() }) },
    },
    handler: async (request) => {
      const { account, limit, cursor, ...filters } = request.query;
      const visible = visibleAccounts(callerOf(request), account);
      if (visible?.length === 0) return { orders: [], cursor: null };
      const filter = { ...filters, accounts: visible };
      return withDeadline(client, requestTimeoutMs, () =>
        listOrders(client, filter, { limit, cursor }, now()),
      );
    },
  });

  app.post('/v1/orders/:id/recheck', {
    config: { scope: commandRules.recheck.scope, problems: ['not_found', 'key_reused'] },
    schema: {
      tags: ['orders'],
      summary: 'Read the provider now',
      params: orderParams,
      response: { 202: orderSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const caller = callerOf(request);
      const run = await visibleRun(lookups, caller, id);
      const by = { by: caller.name, key: idempotencyKey(request) };
      const order = await recheckOrder({ client, accounts: known, now }, run, by);
      return reply.status(202).send(order);
    },
  });
}
