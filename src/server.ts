import { createApiProcess } from './bootstrap/api.ts';
import { configOrExit, temporalOrExit, untilSignalled } from './bootstrap/process.ts';
import { openLog, openTraces } from './bootstrap/telemetry.ts';

// The API process: accepts hooks and answers queries. It never uses a provider's credentials.
const config = configOrExit();
const log = openLog(config);
const temporal = await temporalOrExit(`api@${process.pid}`, config);
const traces = await openTraces(config, 'api', (reason) => log.warn({ reason }, 'traces were lost'));
const api = await createApiProcess({ config, temporal, log, logLevel: config.logLevel, traces });
await api.app.listen({ host: config.host, port: config.port });
api.app.log.info({ signal: await untilSignalled() }, 'stopping: requests under way are finished first');
await api.close();
await traces?.close();
await temporal.connection.close();
// Exits explicitly, since a long poll whose caller has left may still be open at the Temporal server.
process.exit(0);
