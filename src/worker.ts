import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { providerActivities } from './bootstrap/accounts.ts';
import { deskActivities, openDesks, reportFault } from './bootstrap/desks.ts';
import type { Fault } from './domain/alerting/incidents.ts';
import { observeWorker, openLog, openTraces } from './bootstrap/telemetry.ts';
import { configOrExit, temporalOrExit, untilSignalled } from './bootstrap/process.ts';
import { openSweeps, sweepActivities } from './bootstrap/sweeps.ts';
import { dataConverterOf } from './temporal/data-converter.ts';
import { prepareNamespace } from './temporal/prepare.ts';
import { bundleWorkflows } from './temporal/workflow-bundle.ts';
import { startWorkers } from './temporal/workers.ts';

// The worker process: carries orders forward, and is the only one that talks to providers.
const retryMs = 30_000;
const config = configOrExit();
const log = openLog(config);
const identity = `worker@${process.pid}`;
const { client, connection, namespace } = await temporalOrExit(identity, config);
await prepareNamespace(connection, { namespace });
const { meter, show } = observeWorker(config);
const traces = await openTraces(config, 'worker', (reason) => log.warn({ reason }, 'traces were lost'));
const report = (account: string, fault: Fault) => {
  reportFault(client, config, account, fault).catch((error: unknown) =>
    log.warn({ account, fault: fault.code, err: error }, 'the desk could not be told'),
  );
};
const readers = providerActivities(config, report, meter.measureClient, traces?.read);
const workers = await startWorkers({
  connection,
  namespace,
  identity,
  bundle: await bundle(),
  dataConverter: dataConverterOf(config.encryption),
  ...readers,
  onReadEffect: traces?.readEffect,
  desk: {
    ...deskActivities(client, config, readers, { measure: meter.measureChannel }),
    ...meter.measureSweeps(sweepActivities(client, config, readers)),
  },
});
void keepTrying('desks', () => openDesks(client, config));
void keepTrying('sweeps', () => openSweeps(client, config));
const scrapes = await show(readers.breaker);
log.info({ namespace }, 'working');
const signal = await Promise.race([untilSignalled(), workers.stopped]);
log.info({ signal }, 'stopping: work under way is finished first');
await workers.stop();
await scrapes?.close();
await traces?.close();
await connection.close();
// A collector that does not answer may still hold a request open.
if (traces) process.exit(0);

/** The prebuilt one of `npm run build`, else one made of the source. */
async function bundle(): Promise<WorkflowBundleOption> {
  const isEncrypted = config.encryption !== undefined;
  const name = isEncrypted ? 'workflow-bundle.encrypted.js' : 'workflow-bundle.js';
  const codePath = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const path = fileURLToPath(new URL('./workflows/index.ts', import.meta.url));
  return existsSync(codePath) ? { codePath } : bundleWorkflows(path, { isEncrypted });
}

/** Orders go on whatever becomes of those who watch over them; that these are missing is said until they are there. */
async function keepTrying(what: string, open: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      log.error({ err: error, what }, 'not open yet: it is tried again');
      await delay(retryMs, undefined, { ref: false });
    }
  }
}
