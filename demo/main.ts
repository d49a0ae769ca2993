import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { createApiProcess } from '../src/bootstrap/api.ts';
import { untilSignalled } from '../src/bootstrap/process.ts';
import { openTraces } from '../src/bootstrap/telemetry.ts';
import { startWorkerProcess } from '../src/bootstrap/worker.ts';
import { parseConfig, type Environment } from '../src/config/load.ts';
import { connectTemporal } from '../src/temporal/connect.ts';
import { startSandbox } from '../sandbox/start.ts';
import { findTemporalCli } from '../tools/temporal/cli.ts';
import { startDevServer } from '../tools/temporal/dev-server.ts';
import { freePort } from '../tools/temporal/ports.ts';
import { journeys } from './journeys.ts';
import { play, type JourneyResult } from './play.ts';
import { bridgerpayControls, briqpayControls } from './provider-controls.ts';
import { createShop } from './shop.ts';
import { resultTable } from './table.ts';

// `npm start`: everything on one machine, with short delays and live orders, until Ctrl-C.
const timeoutMs = 45_000;
const logLevel = 'warn';
const say = (line: string) => console.log(line);
const closers: (() => Promise<unknown>)[] = [];
const signalled = untilSignalled();

try {
  const addresses = await startAll();
  await Promise.race([playAll(addresses), signalled]);
  await signalled;
} finally {
  say('\nstopping …');
  // In reverse order of starting, since each part needs those that started before it.
  for (const close of closers.reverse()) await close();
  say('stopped.');
}

interface Addresses {
  readonly api: string;
  readonly sandbox: string;
  readonly ui: string;
}

async function startAll(): Promise<Addresses> {
  const cli = await findTemporalCli({ say });
  say(`temporal  CLI ${cli.version} (${cli.source})`);
  const server = await startDevServer({ cli: cli.path, ui: true, port: 7233, uiPort: 8233 });
  closers.push(() => server.stop());
  const temporal = await connectTemporal({ address: server.address });
  closers.push(() => temporal.connection.close());

  const sandbox = await startSandbox({ port: await freePort(4010) });
  closers.push(() => sandbox.stop());
  say(`sandbox   ${sandbox.url}`);

  const port = await freePort(3000);
  const api = `http://127.0.0.1:${port}`;
  const file = fileURLToPath(new URL('../config/demo.yaml', import.meta.url));
  const environment = {
    ...openTelemetryVariables(process.env),
    DEMO_API_URL: api,
    DEMO_SANDBOX_URL: sandbox.url,
  };
  const parsed = parseConfig(readFileSync(file, 'utf8'), environment, 'config/demo.yaml');
  const config = { ...parsed, temporalUi: server.uiUrl };
  const log = pino({ level: logLevel });
  const traces = await openTraces(config, 'demo', (reason) => log.warn({ reason }, 'traces were lost'));
  closers.push(async () => traces?.close());

  say('worker    bundling the workflow …');
  const worker = await startWorkerProcess({ config, temporal, log, traces });
  closers.push(() => worker.stop());

  const { app, close } = await createApiProcess({ config, temporal, log, logLevel, traces });
  await app.listen({ host: '127.0.0.1', port });
  closers.push(close);
  say(`api       ${api}`);
  return { api, sandbox: sandbox.url, ui: server.uiUrl ?? '' };
}

/** The demo takes nothing else from the environment, so that settings of a real deployment do not change it. */
function openTelemetryVariables(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('OTEL_')));
}

async function playAll({ api, sandbox, ui }: Addresses): Promise<void> {
  const hookUrl = (account: string) => `${api}/hooks/${account}/demo-hook-token`;
  const providers = {
    briqpay: briqpayControls(sandbox, 'demo-shop', hookUrl('demo-shop')),
    bridgerpay: await bridgerpayControls(sandbox, 'demo-shop-eu', hookUrl('demo-shop-eu')),
  };
  say(`\nplaying ${journeys.length} orders:`);
  const startedAt = Date.now();
  let done = 0;
  const results = await Promise.all(
    journeys.map(async (journey): Promise<JourneyResult> => {
      const controls = providers[journey.provider];
      const shop = createShop({ apiUrl: api, apiKey: 'demo-shop-key', controls, timeoutMs });
      const result = await play(journey, shop, timeoutMs);
      done += 1;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
      const mark = result.isAsExpected ? '✓' : '✗';
      say(
        `${seconds} s  ${done}/${journeys.length}  ${mark} ${journey.name}: ${result.order?.status ?? 'no order'}`,
      );
      return result;
    }),
  );
  const list = (query: string) => `${ui}/namespaces/default/workflows?query=${encodeURIComponent(query)}`;
  say(`
${resultTable(results)}

Open:
  every order       ${list("WorkflowType='paymentOrder'")}
  needs attention   ${list('NeedsAttention=true')}
  API documents     ${api}/docs
  stuck payments    ${api}/ops  (API key: demo-ops-key)
  the same by API   curl -H 'Authorization: Bearer demo-ops-key' ${api}/v1/escalations
  sandbox           ${sandbox}/sandbox/briqpay

Ctrl-C ends all of it.`);
}
