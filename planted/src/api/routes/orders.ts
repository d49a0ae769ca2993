import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseDuration } from '../../domain/escalation/durations.ts';
import { statuses } from '../../domain/money/status.ts';
import type { ReaderDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import { waitForChange } from '../../orders/long-poll.ts';
import { explanationFor } from '../../orders/explanation.ts';
import { listOrders } from '../../orders/list.ts';
import { originOf } from '../../orders/origin.ts';
import { recheckOrder } from '../../orders/recheck.ts';
import { registerOrder } from '../../orders/register.ts';
import { timelineFor } from '../../orders/timeline.ts';
import { visibleRun } from '../visible-run.ts';
import { searchMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, maySee, visibleAccounts } from '../plugins/keys.ts';
import { logOrder } from '../plugins/order-log.ts';
import { Problem } from '../problems.ts';
import {
  explanationSchema,
  moneySchema,
  orderSchema,
  plainText,
  refusals,
  searchText,
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
    kind: z.enum(['deposit', 'payout']).default('deposit'),
    reference: plainText(128).optional().describe("The merchant's own order number"),
    expected: moneySchema,
    method: plainText(40).optional(),
  })
  .refine((body) => (body.sessionId === undefined) !== (body.orderId === undefined), {
    message: 'expected either sessionId or orderId',
  });

const filters = z.object({
  status: z.enum(statuses).optional(),
  account: searchText.optional(),
  reference: searchText.optional(),
  escalated: z.stringbool().optional(),
  pendingBefore: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

/** Orders for backend services: register, read, wait for a change, list, look again. */
export async function orderRoutes(
  root: FastifyInstance,
  { client, accounts, looks, now }: ReaderDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const known = new Map(accounts.map((account) => [account.id, account]));
  const waiting = new Set<AbortController>();
  let isStopping = false;
  // A server that stops answers those who wait instead of waiting with them.
  app.addHook('preClose', async () => {
    isStopping = true;
    waiting.forEach((wait) => wait.abort());
  });

  app.post('/v1/orders', {
    config: { scope: 'write' },
    schema: {
      tags: ['orders'],
      summary: 'Register an order: 201 when its terms are new, 200 when they were known',
      body: registration,
      response: {
        200: orderSchema,
        201: orderSchema,
        ...refusals('not_found', 'terms_conflict', 'payload_too_large', 'unsupported_media_type'),
      },
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
      const { order, isNew } = await withDeadline(client, searchMs, () =>
        registerOrder(client, origin, terms, now()),
      );
      return reply.status(isNew ? 201 : 200).send(order);
    },
  });

  app.get('/v1/orders/:id', {
    config: { scope: 'read' },
    schema: {
      tags: ['orders'],
      summary: 'Read an order; with after and wait, as soon as its sequence has passed, or 304',
      params: orderParams,
      querystring: z.object({ after: z.coerce.number().int().min(0).optional(), wait: wait.optional() }),
      response: { 200: orderSchema, 304: z.null().describe('Nothing changed'), ...refusals('not_found') },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const run = await visibleRun(looks, callerOf(request), request.params.id);
      const { after, wait: waitMs = 0 } = request.query;
      if (after === undefined || run.order.sequence > after) return reply.send(run.order);
      const wait = new AbortController();
      waiting.add(wait);
      // The stop may have come while the order was looked up.
      if (isStopping) wait.abort();
      reply.raw.once('close', () => {
        waiting.delete(wait);
        wait.abort();
      });
      const order = await waitForChange(client, looks, id, { after, waitMs, signal: wait.signal });
      return order ? reply.send(order) : reply.status(304).send(null);
    },
  });

  app.get('/v1/orders/:id/timeline', {
    config: { scope: 'read' },
    schema: {
      tags: ['orders'],
      summary: 'What came in, what was read, what was decided, what was done; oldest first',
      params: orderParams,
      response: { 200: timelineSchema, ...refusals('not_found') },
    },
    handler: async (request) => {
      await visibleRun(looks, callerOf(request), request.params.id);
      const timeline = await timelineFor(client, request.params.id);
      if (!timeline) throw new Problem('not_found', 'no such order');
      return timeline;
    },
  });

  app.get('/v1/orders/:id/explanation', {
    config: { scope: 'read' },
    schema: {
      tags: ['orders'],
      summary: 'The evidence behind an order: movements, hooks that no read confirms, and what happens next',
      params: orderParams,
      response: { 200: explanationSchema, ...refusals('not_found') },
    },
    handler: async (request) => {
      const { id } = request.params;
      const run = await visibleRun(looks, callerOf(request), id);
      const explanation = await explanationFor(client, id, run, now());
      if (!explanation) throw new Problem('not_found', 'the run was ended by an operator and left nothing');
      return explanation;
    },
  });

  app.get('/v1/orders', {
    config: { scope: 'read' },
    schema: {
      tags: ['orders'],
      summary: 'List orders from the visibility store, a moment behind',
      querystring: filters,
      response: {
        200: z.object({ orders: z.array(orderSchema), cursor: z.string().nullable() }),
        ...refusals(),
      },
    },
    handler: async (request) => {
      const {
        status,
        account,
        reference,
        escalated: isEscalated,
        pendingBefore,
        limit,
        cursor,
      } = request.query;
      const accountIds = visibleAccounts(callerOf(request), account);
      const filter = { status, accounts: accountIds, reference, isEscalated, pendingBefore };
      return accountIds?.length === 0
        ? { orders: [], cursor: null }
        : withDeadline(client, searchMs, () => listOrders(client, filter, { limit, cursor }));
    },
  });

  app.post('/v1/orders/:id/recheck', {
    config: { scope: 'write' },
    schema: {
      tags: ['orders'],
      summary: 'Read the provider now',
      params: orderParams,
      response: { 202: orderSchema, ...refusals('not_found', 'key_reused') },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const caller = callerOf(request);
      const run = await visibleRun(looks, caller, id);
      const by = { by: caller.name, key: idempotencyKey(request) };
      const order = await recheckOrder({ client, accounts: known, now }, run, by);
      return reply.status(202).send(order);
    },
  });
}
