import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { comparedThings, type DriftReport } from '../../domain/order/drift.ts';
import { quote } from '../../workflows/contract/visibility.ts';
import { scheduleId } from '../../workflows/contract/ids.ts';
import { sweepTypes } from '../../workflows/contract/sweeps.ts';
import type { ReaderDependencies } from '../dependencies.ts';
import { listRuns } from '../../orders/list.ts';
import { isNotFound } from '../../orders/signals.ts';
import { searchMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, maySee } from '../plugins/keys.ts';
import { Problem } from '../problems.ts';
import { refusals } from '../schemas.ts';

const said = z.union([z.string(), z.number()]).nullable();
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
            .array(z.object({ what: z.enum(comparedThings), ours: said, theirs: said }))
            .readonly(),
        }),
      )
      .readonly()
      .describe('The first of those that drifted; all were told to read their provider'),
  })
  .meta({ id: 'DriftReport' }) satisfies z.ZodType<DriftReport>;

const params = z.object({ account: z.string() });

/** Ours against the provider's: on demand, and what the last comparison found. */
export async function driftRoutes(
  root: FastifyInstance,
  { client, accounts }: ReaderDependencies,
): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();
  const known = new Set(accounts.map(({ id }) => id));

  app.get('/v1/accounts/:account/drift', {
    config: { scope: 'read' },
    schema: {
      tags: ['orders'],
      summary: 'What the last comparison of open orders with their provider found',
      params,
      response: {
        200: z.object({ at: z.iso.datetime(), isRunning: z.boolean(), report: reportSchema.nullable() }),
        ...refusals('not_found'),
      },
    },
    handler: async (request) => {
      const { account } = visible(request.params.account, callerOf(request));
      return withDeadline(client, searchMs, () => lastReport(account));
    },
  });

  app.post('/v1/accounts/:account/drift', {
    config: { scope: 'ops' },
    schema: {
      tags: ['orders'],
      summary: 'Compare the open orders of an account with their provider now',
      params,
      response: { 202: z.object({ account: z.string() }), ...refusals('not_found') },
    },
    handler: async (request, reply) => {
      const { account } = visible(request.params.account, callerOf(request));
      await withDeadline(client, searchMs, () =>
        client.schedule.getHandle(scheduleId('drift', account)).trigger(),
      ).catch((error: unknown) => {
        if (isNotFound(error)) throw new Problem('not_found', 'no worker has scheduled comparisons yet');
        throw error;
      });
      return reply.status(202).send({ account });
    },
  });

  function visible(account: string, caller: Parameters<typeof maySee>[0]) {
    if (!known.has(account) || !maySee(caller, account)) throw new Problem('not_found', 'no such account');
    return { account };
  }

  async function lastReport(account: string) {
    const query = [
      `WorkflowType = ${quote(sweepTypes.drift)}`,
      `WorkflowId STARTS_WITH ${quote(`${scheduleId('drift', account)}-`)}`,
    ].join(' AND ');
    const { runs } = await listRuns(client, query, 100);
    const newest = runs.toSorted((a, b) => startOf(b) - startOf(a));
    const [last] = newest;
    if (!last) throw new Problem('not_found', 'nothing was compared yet');
    const done = newest.find(({ closeTime }) => closeTime);
    const { workflowId = '', runId = '' } = done?.execution ?? {};
    const report = done
      ? ((await client.workflow
          .getHandle(workflowId ?? '', runId ?? '')
          .result()
          .catch(() => null)) as DriftReport | null)
      : null;
    return { at: new Date(startOf(done ?? last)).toISOString(), isRunning: !last.closeTime, report };
  }
}

function startOf({ startTime }: { startTime?: { seconds?: unknown } | null }): number {
  return Number(startTime?.seconds ?? 0) * 1_000;
}
