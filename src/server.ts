import { hookAccounts } from './bootstrap/accounts.ts';
import { createApp } from './api/app.ts';
import { board } from './board/board.tsx';
import { OrderLookups } from './orders/order-lookups.ts';
import { observeApi, openLog, openTraces } from './bootstrap/telemetry.ts';
import { configOrExit, temporalOrExit, untilSignalled } from './bootstrap/process.ts';
import { missingSearchAttributes } from './temporal/prepare.ts';

// The API process: accepts hooks, answers queries, holds no provider credentials in use.
const config = configOrExit();
const log = openLog(config);
const { client, connection, namespace } = await temporalOrExit(`api@${process.pid}`, config);
const observed = await observeApi(config, client, (error) =>
  log.warn({ err: error }, 'orders could not be counted for the metrics'),
);
const traces = await openTraces(config, 'api', (reason) => log.warn({ reason }, 'traces were lost'));
const dependencies = {
  client,
  lookups: new OrderLookups(client),
  accounts: hookAccounts(config),
  apiKeys: config.apiKeys,
  temporalUi: config.temporalUi,
  missingAttributes: () => missingSearchAttributes(connection, namespace),
  metrics: observed.metrics,
  traces: traces?.hooks,
  now: Date.now,
};
const app = await createApp(dependencies, { logLevel: config.logLevel });
await app.register((ops) => board(ops, dependencies), { prefix: '/ops' });
await app.listen({ host: config.host, port: config.port });
app.log.info({ signal: await untilSignalled() }, 'stopping: requests under way are finished first');
await app.close();
await observed.port?.close();
await traces?.close();
await connection.close();
// A wait that its caller has left may still be open at the server.
process.exit(0);
