import { configOrExit, temporalOrExit, untilSignalled } from './bootstrap/process.ts';
import { openLog, openTraces } from './bootstrap/telemetry.ts';
import { startWorkerProcess } from './bootstrap/worker.ts';

// The worker process: runs the workflows of orders, and is the only process that calls providers.
const config = configOrExit();
const log = openLog(config);
const identity = `worker@${process.pid}`;
const temporal = await temporalOrExit(identity, config);
const traces = await openTraces(config, 'worker', (reason) => log.warn({ reason }, 'traces were lost'));
const worker = await startWorkerProcess({ config, temporal, log, traces, identity });
log.info({ namespace: temporal.namespace }, 'working');
const signal = await Promise.race([untilSignalled(), worker.stopped]);
log.info({ signal }, 'stopping: work under way is finished first');
await worker.stop();
await traces?.close();
await temporal.connection.close();
// Exits explicitly, since a collector that does not answer may still hold a request open.
if (traces) process.exit(0);
