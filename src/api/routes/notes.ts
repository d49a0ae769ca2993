import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { commandRules } from '../../domain/order/commands.ts';
import { commandOrder } from '../../orders/send-command.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyKey } from '../idempotency.ts';
import { callerOf } from '../plugins/keys.ts';
import { moneySchema, orderSchema, plainText } from '../schemas.ts';
import { visibleRun } from '../visible-run.ts';

const { amount, currency } = moneySchema.shape;
const noteBody = z
  .strictObject({
    code: z.enum(['chargeback']),
    by: plainText(64).describe('Who has heard of it'),
    text: plainText(200),
    amount: amount.optional(),
    currency: currency.optional(),
  })
  .refine((body) => (body.amount === undefined) === (body.currency === undefined), {
    message: 'expected amount and currency together',
  });

/** Notes: what a person has heard of a payment elsewhere. */
export async function noteRoutes(
  root: FastifyInstance,
  { client, accounts, lookups, now }: ApiDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const toOrders = { client, accounts: new Map(accounts.map((account) => [account.id, account])), now };

  app.post('/v1/orders/:id/notes', {
    config: { scope: commandRules.note.scope, problems: ['not_found', 'key_reused'] },
    schema: {
      tags: ['escalations'],
      summary:
        'Note a chargeback that the provider does not tell: a reason until a person resolves it. A closed order is opened again',
      params: z.object({ id: z.string().min(1) }),
      body: noteBody,
      response: { 200: orderSchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      const run = await visibleRun(lookups, callerOf(request), id);
      const { code, by, text: reason, ...sum } = request.body;
      const body = {
        code,
        by,
        reason,
        ...(sum.amount !== undefined && { amount: sum.amount }),
        ...(sum.currency !== undefined && { currency: sum.currency }),
      };
      const { order } = await commandOrder(toOrders, run, {
        update: 'note',
        key: idempotencyKey(request),
        body,
      });
      return order;
    },
  });
}
