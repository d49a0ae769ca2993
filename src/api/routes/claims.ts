import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { commandRules } from '../../domain/order/commands.ts';
import { commandOrder } from '../../orders/send-command.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import { callerOf } from '../plugins/keys.ts';
import type { ProblemCode } from '../problems.ts';
import { orderSchema, plainText } from '../schemas.ts';
import { visibleRun } from '../visible-run.ts';

const decision = z.strictObject({
  by: plainText(64).describe('Who decides'),
  reason: plainText(200),
});

interface ClaimRoute {
  readonly update: 'confirmClaim' | 'dismissClaim';
  readonly verb: 'confirm' | 'dismiss';
  readonly summary: string;
  readonly problems: readonly ProblemCode[];
}

const claims: readonly ClaimRoute[] = [
  {
    update: 'confirmClaim',
    verb: 'confirm',
    summary: 'Confirm a refund that only a notification reports: a person has seen it, so it counts',
    problems: ['claim_does_not_fit'],
  },
  {
    update: 'dismissClaim',
    verb: 'dismiss',
    summary: 'Dismiss a refund that only a notification reports: it is none, and its copies are ignored',
    problems: [],
  },
];

/** What a person says of refunds that are only told; the id of a claim is the subject of its reason `refund_claimed`. */
export async function claimRoutes(
  root: FastifyInstance,
  { client, accounts, lookups, now }: ApiDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const toOrders = { client, accounts: new Map(accounts.map((account) => [account.id, account])), now };

  for (const { update, verb, summary, problems } of claims) {
    app.post(`/v1/orders/:id/claims/:claimId/${verb}`, {
      config: {
        scope: commandRules[update].scope,
        problems: ['not_found', 'claim_unknown', 'key_reused', ...problems],
      },
      schema: {
        tags: ['escalations'],
        summary,
        params: z.object({ id: z.string().min(1), claimId: z.string().min(1) }),
        body: decision,
        response: { 200: orderSchema },
      },
      handler: async (request) => {
        const { id, claimId } = request.params;
        const run = await visibleRun(lookups, callerOf(request), id);
        const { by, reason } = request.body;
        const body = { claimId, by, reason };
        const { order } = await commandOrder(toOrders, run, { update, key: idempotencyKey(request), body });
        return order;
      },
    });
  }
}
