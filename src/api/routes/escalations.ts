import { commandRules, decisionVerbs, type DecisionCommand } from '../../domain/order/commands.ts';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { escalationStates } from '../../domain/escalation/ladder.ts';
import { reasons } from '../../domain/escalation/reasons.ts';
import type { Order } from '../../domain/order/view.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import { commandOrder, sendCommand } from '../../orders/send-command.ts';
import { countEscalations, listEscalations } from '../../orders/escalations.ts';
import { ages, escalationFilters } from '../../orders/filters.ts';
import { filterShape } from '../filter-schema.ts';
import { visibleRun } from '../visible-run.ts';
import { requestTimeoutMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, visibleAccounts } from '../plugins/keys.ts';
import type { ProblemCode } from '../problems.ts';
import { listShape, orderSchema, plainText, resolvedOrderSchema } from '../schemas.ts';

const querystring = z.object({ ...filterShape(escalationFilters), ...listShape });

const listSchema = z.object({
  escalations: z.array(orderSchema).describe('The orders that are escalated, oldest escalation first'),
  counts: z.object({
    total: z.number().int(),
    byReason: z.partialRecord(z.enum(reasons), z.partialRecord(z.enum(ages), z.number().int())),
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
    .describe('The escalation as the person saw it: where it has changed since, the decision is refused'),
};
type DecisionBody = z.infer<z.ZodObject<typeof decision>> & { until?: string };

/** A decision that a person can make about an escalation. */
interface DecisionRoute {
  readonly update: DecisionCommand['type'];
  readonly summary: string;
  readonly body: z.ZodType<DecisionBody>;
  /** The problems of this decision that the others do not have. */
  readonly problems: readonly ProblemCode[];
  /** The answer, where it is more than the order. */
  readonly answer?: z.ZodType<Order>;
}

/** The list of open escalations, and a person's decisions about one. */
export async function escalationRoutes(
  root: FastifyInstance,
  { client, accounts: configured, lookups, now }: ApiDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const toOrders = { client, accounts: new Map(configured.map((account) => [account.id, account])), now };

  app.get('/v1/escalations', {
    config: { scope: 'read', problems: [] },
    schema: {
      tags: ['escalations'],
      summary:
        'Open escalations, oldest first, with counts per reason and age; with `state=resolved` what a person resolved and still holds',
      querystring,
      response: { 200: listSchema },
    },
    handler: async (request) => {
      const { account, limit, cursor, ...filters } = request.query;
      const accounts = visibleAccounts(callerOf(request), account);
      if (accounts?.length === 0)
        return { escalations: [], counts: { total: 0, byReason: {} }, cursor: null };
      const filter = { accounts, ...filters };
      const [list, counts] = await Promise.all([
        withDeadline(client, requestTimeoutMs, () =>
          listEscalations(client, filter, { limit, cursor }, now()),
        ),
        withDeadline(client, requestTimeoutMs, () => countEscalations(client, filter, now())),
      ]);
      return { escalations: list.orders, counts, cursor: list.cursor };
    },
  });

  decide({
    update: 'acknowledgeEscalation',
    summary: 'Acknowledge an escalation: somebody works on it',
    body: z.strictObject(decision),
    problems: ['already_acknowledged'],
  });
  decide({
    update: 'snoozeEscalation',
    summary: 'Snooze an escalation until a time',
    body: z.strictObject({ ...decision, until: z.iso.datetime({ offset: true }) }),
    problems: ['already_acknowledged', 'snooze_in_past'],
  });
  decide({
    update: 'resolveEscalation',
    summary: 'Resolve an escalation; what still holds stays silent until its sum grows or it is reopened',
    body: z.strictObject(decision),
    problems: [],
    answer: resolvedOrderSchema,
  });
  decide({
    update: 'reopenEscalation',
    summary: 'Reopen what a person resolved and still holds: level 1, from now on',
    body: z.strictObject(decision),
    problems: [],
  });

  function decide({ update, summary, body, problems, answer = orderSchema }: DecisionRoute): void {
    app.post(`/v1/orders/:id/escalation/${decisionVerbs[update]}`, {
      config: {
        scope: commandRules[update].scope,
        problems: ['not_found', 'no_escalation', 'escalation_changed', 'key_reused', ...problems],
      },
      schema: {
        tags: ['escalations'],
        summary,
        params: z.object({ id: z.string().min(1) }),
        body,
        response: { 200: answer },
      },
      handler: async (request) => {
        const { id } = request.params;
        const run = await visibleRun(lookups, callerOf(request), id);
        const command = { update, key: idempotencyKey(request), body: commandBody(request.body) };
        // What still holds outlives the run, so it can be reopened in a closed order too.
        const { order, stillHolding = [] } =
          update === 'reopenEscalation'
            ? await commandOrder(toOrders, run, command)
            : await sendCommand(client, id, command);
        return update === 'resolveEscalation' ? { ...order, stillHolding } : order;
      },
    });
  }
}

/** The body of the command: times in epoch milliseconds. */
function commandBody({ by, reason, until, seen }: DecisionBody) {
  return {
    by,
    reason,
    ...(until !== undefined && { until: Date.parse(until) }),
    ...(seen && { seen: { ...seen, openedAt: Date.parse(seen.openedAt) } }),
  };
}
