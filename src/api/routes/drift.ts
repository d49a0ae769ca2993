import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { comparedThings, type DriftReport } from '../../domain/order/drift.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { lastComparison, startComparison } from '../../orders/drift.ts';
import { requestTimeoutMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, maySee } from '../plugins/keys.ts';
import { Problem } from '../problems.ts';

const compared = z.union([z.string(), z.number()]).nullable();
const reportSchema = z
  .object({
    account: z.string(),
    compared: z.number().int(),
    unread: z.number().int().describe('Orders whose read failed'),
    drifted: z.number().int(),
    drifts: z
      .array(
        z.object({
          id: z.string(),
          differences: z
            .array(z.object({ what: z.enum(comparedThings), ours: compared, theirs: compared }))
            .readonly(),
        }),
      )
      .readonly()
      .describe('The first of those that drifted; all were told to read their provider'),
  })
  .meta({ id: 'DriftReport' }) satisfies z.ZodType<DriftReport>;

const params = z.object({ account: z.string() });

/** Compares the open orders of an account with its provider, and shows what the last comparison found. */
export async function driftRoutes(
  root: FastifyInstance,
  { client, accounts }: ApiDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const known = new Set(accounts.map(({ id }) => id));

  app.get('/v1/accounts/:account/drift', {
    config: { scope: 'read', problems: ['not_found'] },
    schema: {
      tags: ['orders'],
      summary: 'What the last comparison of open orders with their provider found',
      params,
      response: {
        200: z.object({ at: z.iso.datetime(), isRunning: z.boolean(), report: reportSchema.nullable() }),
      },
    },
    handler: async (request) => {
      const { account } = visible(request.params.account, callerOf(request));
      return withDeadline(client, requestTimeoutMs, () => lastComparison(client, account));
    },
  });

  app.post('/v1/accounts/:account/drift', {
    config: { scope: 'ops', problems: ['not_found'] },
    schema: {
      tags: ['orders'],
      summary: 'Compare the open orders of an account with their provider now',
      params,
      response: { 202: z.object({ account: z.string() }) },
    },
    handler: async (request, reply) => {
      const { account } = visible(request.params.account, callerOf(request));
      await withDeadline(client, requestTimeoutMs, () => startComparison(client, account));
      return reply.status(202).send({ account });
    },
  });

  function visible(account: string, caller: Parameters<typeof maySee>[0]) {
    if (!known.has(account) || !maySee(caller, account)) throw new Problem('not_found', 'no such account');
    return { account };
  }
}
