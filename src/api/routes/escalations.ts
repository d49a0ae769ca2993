import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { escalationStates } from '../../domain/escalation/ladder.ts';
import { reasons } from '../../domain/escalation/codes.ts';
import type { ReaderDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import type { OrderCommand } from '../../orders/envelope.ts';
import { sendCommand } from '../../orders/send-command.ts';
import { ageBuckets, countEscalations, listEscalations, type AgeBucket } from '../../orders/escalations.ts';
import { visibleRun } from '../visible-run.ts';
import { searchMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, visibleAccounts } from '../plugins/keys.ts';
import { orderSchema, plainText, refusals, searchText } from '../schemas.ts';

const filters = z.object({
  account: searchText.optional(),
  reason: z.enum(reasons).optional(),
  level: z.coerce.number().int().min(1).optional(),
  state: z.enum(escalationStates).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

const buckets = Object.keys(ageBuckets) as [AgeBucket, ...AgeBucket[]];
const listSchema = z.object({
  escalations: z.array(orderSchema).describe('The orders that are escalated, oldest escalation first'),
  counts: z.object({
    total: z.number().int(),
    byReason: z.partialRecord(z.enum(reasons), z.partialRecord(z.enum(buckets), z.number().int())),
  }),
  cursor: z.string().nullable(),
});

const decision = {
  by: plainText(64).describe('Who decides'),
  reason: plainText(200),
  seen: z
    .strictObject({
      openedAt: z.iso.datetime({ offset: true }),
      state: z.enum(escalationStates),
      owner: z.string().nullable(),
    })
    .optional()
    .describe('The escalation as it was looked at: the decision counts only while it is still the same'),
};
type DecisionBody = z.infer<z.ZodObject<typeof decision>> & { until?: string };

/** The list of stuck payments, and what a person may do about one. */
export async function escalationRoutes(
  root: FastifyInstance,
  { client, looks, now }: ReaderDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.get('/v1/escalations', {
    config: { scope: 'read' },
    schema: {
      tags: ['escalations'],
      summary: 'Open escalations, oldest first, with counts per reason and age',
      querystring: filters,
      response: { 200: listSchema, ...refusals() },
    },
    handler: async (request) => {
      const { account, reason, level, state, limit, cursor } = request.query;
      const accounts = visibleAccounts(callerOf(request), account);
      if (accounts?.length === 0)
        return { escalations: [], counts: { total: 0, byReason: {} }, cursor: null };
      const filter = { accounts, reason, level, state };
      const [list, counts] = await Promise.all([
        withDeadline(client, searchMs, () => listEscalations(client, filter, { limit, cursor }, now())),
        withDeadline(client, searchMs, () => countEscalations(client, filter, now())),
      ]);
      return { escalations: list.orders, counts, cursor: list.cursor };
    },
  });

  decide('acknowledge', 'acknowledgeEscalation', 'Take an escalation on', z.strictObject(decision));
  decide(
    'snooze',
    'snoozeEscalation',
    'Be reminded of an escalation later',
    z.strictObject({ ...decision, until: z.iso.datetime({ offset: true }) }),
  );
  decide(
    'resolve',
    'resolveEscalation',
    'End an escalation; its reasons stay quiet until the status changes',
    z.strictObject(decision),
  );

  function decide(
    verb: string,
    update: OrderCommand['update'],
    summary: string,
    schema: z.ZodType<DecisionBody>,
  ): void {
    app.post(`/v1/orders/:id/escalation/${verb}`, {
      config: { scope: 'ops' },
      schema: {
        tags: ['escalations'],
        summary,
        params: z.object({ id: z.string().min(1) }),
        body: schema,
        response: {
          200: orderSchema,
          ...refusals(
            'not_found',
            'no_escalation',
            'escalation_changed',
            'key_reused',
            'payload_too_large',
            'unsupported_media_type',
          ),
        },
      },
      handler: async (request) => {
        const { id } = request.params;
        await visibleRun(looks, callerOf(request), id);
        const body = commandBody(request.body);
        return sendCommand(client, id, { update, key: idempotencyKey(request), body });
      },
    });
  }
}

/** Times as the order keeps them. */
function commandBody({ by, reason, until, seen }: DecisionBody) {
  return {
    by,
    reason,
    ...(until !== undefined && { until: Date.parse(until) }),
    ...(seen && { seen: { ...seen, openedAt: Date.parse(seen.openedAt) } }),
  };
}
