import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { pino } from 'pino';
import { providerActivities } from './accounts.ts';
import { configOrExit, temporalOrExit, untilSignalled } from './process.ts';
import { prepareNamespace } from './temporal/prepare.ts';
import { bundleWorkflows } from './temporal/workflow-bundle.ts';
import { startWorkers } from './temporal/workers.ts';

// The worker process: carries orders forward, and is the only one that talks to providers.
const config = configOrExit();
const log = pino({ level: config.logLevel });
const identity = `worker@${process.pid}`;
const { connection, namespace } = await temporalOrExit(identity);
await prepareNamespace(connection, { namespace });
const workers = await startWorkers({
  connection,
  namespace,
  identity,
  bundle: await bundle(),
  ...providerActivities(config),
});
log.info({ namespace }, 'working');
const signal = await Promise.race([untilSignalled(), workers.stopped]);
log.info({ signal }, 'stopping: work under way is finished first');
await workers.stop();
await connection.close();

/** The prebuilt one of `npm run build`, else one made of the source. */
async function bundle(): Promise<WorkflowBundleOption> {
  const codePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
  const path = fileURLToPath(new URL('./workflows/index.ts', import.meta.url));
  return existsSync(codePath) ? { codePath } : bundleWorkflows(path);
}
