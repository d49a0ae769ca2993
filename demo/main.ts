import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hookAccounts, providerActivities } from '../src/bootstrap/accounts.ts';
import { createApp } from '../src/api/app.ts';
import { board } from '../src/board/board.tsx';
import { OrderLookups } from '../src/orders/order-lookups.ts';
import { parseConfig, type Environment } from '../src/config/load.ts';
import { deskActivities, openDesks, reportFault } from '../src/bootstrap/desks.ts';
import { bridgerpayDesk, briqpayDesk } from './desks.ts';
import { journeys } from './journeys.ts';
import type { Fault } from '../src/domain/alerting/incidents.ts';
import { play, type Outcome } from './play.ts';
import { createShop } from './shop.ts';
import { outcomeTable } from './table.ts';
import { observeApi, openTraces } from '../src/bootstrap/telemetry.ts';
import { untilSignalled } from '../src/bootstrap/process.ts';
import { startSandbox } from '../sandbox/start.ts';
import { openSweeps, sweepActivities } from '../src/bootstrap/sweeps.ts';
import { findTemporalCli } from '../tools/temporal/cli.ts';
import { connectTemporal } from '../src/temporal/connect.ts';
import { startDevServer } from '../tools/temporal/dev-server.ts';
import { freePort } from '../tools/temporal/ports.ts';
import { missingSearchAttributes, prepareNamespace } from '../src/temporal/prepare.ts';
import { bundleWorkflows } from '../src/temporal/workflow-bundle.ts';
import { startWorkers } from '../src/temporal/workers.ts';

// `npm start`: everything on one machine, with compressed time and live orders, until Ctrl-C.
const patienceMs = 45_000;
const say = (line: string) => console.log(line);
const closers: (() => Promise<unknown>)[] = [];
const signalled = untilSignalled();

try {
  const addresses = await startAll();
  await Promise.race([playAll(addresses), signalled]);
  await signalled;
} finally {
  say('\nstopping …');
  // In reverse, so that nothing loses what it stands on.
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
  const { client, connection, namespace } = await connectTemporal({ address: server.address });
  closers.push(() => connection.close());
  await prepareNamespace(connection, { namespace });

  const sandbox = await startSandbox({ port: await freePort(4010) });
  closers.push(() => sandbox.stop());
  say(`sandbox   ${sandbox.url}`);

  const port = await freePort(3000);
  const api = `http://127.0.0.1:${port}`;
  const file = fileURLToPath(new URL('../config/demo.yaml', import.meta.url));
  const config = parseConfig(
    readFileSync(file, 'utf8'),
    { ...ofOpenTelemetry(process.env), DEMO_API_URL: api, DEMO_SANDBOX_URL: sandbox.url },
    'config/demo.yaml',
  );
  const traces = await openTraces(config, 'demo', (reason) => say(`traces    were lost: ${reason}`));
  closers.push(async () => traces?.close());

  say('worker    bundling the workflow …');
  const bundle = await bundleWorkflows(fileURLToPath(new URL('../src/workflows/index.ts', import.meta.url)));
  const report = (account: string, fault: Fault) => {
    reportFault(client, config, account, fault).catch((error: unknown) => say(`desk      ${String(error)}`));
  };
  const readers = providerActivities(config, report, undefined, traces?.read);
  const workers = await startWorkers({
    connection,
    namespace,
    bundle,
    ...readers,
    onConclusion: traces?.concluded,
    desk: { ...deskActivities(client, config, readers), ...sweepActivities(client, config, readers) },
  });
  closers.push(() => workers.stop());
  await openDesks(client, config);
  await openSweeps(client, config);

  const missingAttributes = () => missingSearchAttributes(connection, namespace);
  const { metrics } = await observeApi(config, client, (error) => say(`metrics   ${String(error)}`));
  const dependencies = {
    metrics,
    traces: traces?.hooks,
    client,
    lookups: new OrderLookups(client),
    accounts: hookAccounts(config),
    apiKeys: config.apiKeys,
    temporalUi: server.uiUrl,
    missingAttributes,
    now: Date.now,
  };
  const app = await createApp(dependencies, { logLevel: 'warn' });
  await app.register((ops) => board(ops, dependencies), { prefix: '/ops' });
  await app.listen({ host: '127.0.0.1', port });
  closers.push(() => app.close());
  say(`api       ${api}`);
  return { api, sandbox: sandbox.url, ui: server.uiUrl ?? '' };
}

/** Of the environment the demo takes nothing else: its ports are whatever is free. */
function ofOpenTelemetry(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('OTEL_')));
}

async function playAll({ api, sandbox, ui }: Addresses): Promise<void> {
  const hookUrl = (account: string) => `${api}/hooks/${account}/demo-hook-token`;
  const desks = {
    briqpay: briqpayDesk(sandbox, 'demo-shop', hookUrl('demo-shop')),
    bridgerpay: await bridgerpayDesk(sandbox, 'demo-shop-eu', hookUrl('demo-shop-eu')),
  };
  say(`\n${journeys.length} orders under way:`);
  const startedAt = Date.now();
  let done = 0;
  const outcomes = await Promise.all(
    journeys.map(async (journey): Promise<Outcome> => {
      const desk = desks[journey.provider];
      const shop = createShop({ apiUrl: api, apiKey: 'demo-shop-key', desk, patienceMs });
      const outcome = await play(journey, shop, patienceMs);
      done += 1;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
      say(
        `${seconds} s  ${done}/${journeys.length}  ${outcome.isDone ? '✓' : '✗'} ${journey.name}: ${outcome.order?.status ?? ''}`,
      );
      return outcome;
    }),
  );
  const list = (query: string) => `${ui}/namespaces/default/workflows?query=${encodeURIComponent(query)}`;
  say(`
${outcomeTable(outcomes)}

Open:
  every order       ${list("WorkflowType='paymentOrder'")}
  needs attention   ${list('NeedsAttention=true')}
  API documents     ${api}/docs
  stuck payments    ${api}/ops  (API key: demo-ops-key)
  the same by API   curl -H 'Authorization: Bearer demo-ops-key' ${api}/v1/escalations
  sandbox           ${sandbox}/sandbox/briqpay

Ctrl-C ends all of it.`);
}
