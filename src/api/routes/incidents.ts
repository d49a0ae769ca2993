import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { faultCodes, faultView } from '../../domain/alerting/incident.ts';
import { iso } from '../../domain/values.ts';
import type { DeskView } from '../../workflows/contract/desk.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { listDesks } from '../../orders/desks.ts';
import { requestTimeoutMs, withDeadline } from '../../orders/with-deadline.ts';
import { callerOf, visibleAccounts } from '../plugins/keys.ts';

const time = z.iso.datetime();

const incidentSchema = z
  .object({
    id: z.string(),
    account: z.string(),
    openedAt: time,
    fault: z
      .object({ code: z.enum(faultCodes), since: time, endedAt: time.nullable() })
      .nullable()
      .describe('What is wrong with the account as a whole'),
    count: z.number().int().describe('Orders that are stuck now'),
    peak: z.number().int(),
    level: z.number().int(),
  })
  .meta({ id: 'Incident' });

const listSchema = z.object({
  incidents: z.array(incidentSchema),
  failingChannels: z
    .array(z.object({ account: z.string(), channel: z.string(), since: time }))
    .describe('Alert channels that could not be reached; their alerts are sent again'),
});

/** The open incidents of the alert desks, and the alert channels that fail. */
export async function incidentRoutes(root: FastifyInstance, { client }: ApiDependencies): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.get('/v1/incidents', {
    config: { scope: 'read', problems: [] },
    schema: {
      tags: ['escalations'],
      summary: 'Open incidents: stuck payments that were alerted together',
      querystring: z.object({ account: z.string().optional() }),
      response: { 200: listSchema },
    },
    handler: async (request) => {
      const accounts = visibleAccounts(callerOf(request), request.query.account);
      const desks = await withDeadline(client, requestTimeoutMs, () => listDesks(client, accounts));
      return {
        incidents: desks.flatMap(incidentsOf),
        failingChannels: desks.flatMap(({ account, failing }) =>
          failing.map(({ channel, since }) => ({ account, channel, since: iso(since) })),
        ),
      };
    },
  });
}

function incidentsOf({ account, incidents }: DeskView): z.infer<typeof incidentSchema>[] {
  return incidents.map(({ id, openedAt, fault, count, peak, level }) => ({
    id,
    account,
    openedAt: iso(openedAt),
    fault: faultView(fault),
    count,
    peak,
    level,
  }));
}
