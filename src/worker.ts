import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { providerActivities } from './accounts.ts';
import { configOrExit, untilSignalled } from './process.ts';
import { connectTemporal } from './temporal/connect.ts';
import { prepareNamespace } from './temporal/prepare.ts';
import { startWorkers } from './temporal/workers.ts';

// The worker process: carries orders forward, and is the only one that talks to providers.
const config = configOrExit();
const log = pino({ level: config.logLevel });
const identity = `worker@${process.pid}`;
const { connection, namespace } = await connectTemporal({ identity });
await prepareNamespace(connection, { namespace });
const workers = await startWorkers({
  connection,
  namespace,
  identity,
  workflows: workflows(),
  providers: providerActivities(config),
});
log.info({ namespace }, 'working');
const signal = await Promise.race([untilSignalled(), workers.stopped]);
log.info({ signal }, 'stopping: work under way is finished first');
await workers.stop();
await connection.close();

function workflows() {
  const codePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
  const path = fileURLToPath(new URL('./workflows/index.ts', import.meta.url));
  return existsSync(codePath) ? { bundle: { codePath } } : { path };
}
