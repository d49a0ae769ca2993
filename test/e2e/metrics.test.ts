import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tools/temporal/ports.ts';
import { endProcesses, startProcess } from '../support/child.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { samplesOf, type Sample } from '../support/samples.ts';
import { hookToken, orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

// Both processes as they run in production, each scraped over HTTP on its own ports; the provider is in this process.
const patience = 'pending: { recheck: [1s], escalate: [2s, 1h] }';
let service: Service;
let receiver: Receiver;
let folder: string;
let ports: Record<'api' | 'worker' | 'workerSdk' | 'apiSdk' | 'http', number>;
let output: () => string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-test-'));
  receiver = await startReceiver();
  service = await startService({ withoutWorker: true, account: patience });
  ports = {
    api: await freePort(),
    worker: await freePort(),
    workerSdk: await freePort(),
    apiSdk: await freePort(),
    http: await freePort(),
  };
  const file = join(folder, 'payments.yaml');
  writeFileSync(
    file,
    `
accounts:
  - id: acme-se
    provider: briqpay
    baseUrl: ${service.sandbox.url}
    username: sandbox
    secret: sandbox-secret
    hookToken: ${hookToken}
    ${patience}
apiKeys: [{ name: shop, key: shop-key, scopes: [read, write, ops] }]
alerts: [{ kind: slack, name: chat, url: '${receiver.url}/chat' }]
`,
  );
  const environment = {
    PAYMENTS_CONFIG: file,
    TEMPORAL_ADDRESS: service.temporal.address,
    PORT: `${ports.http}`,
    LOG_LEVEL: 'info',
  };
  const { api, apiSdk, worker: workerPort, workerSdk } = ports;
  const server = startProcess('server', {
    ...environment,
    METRICS_PORT: `${api}`,
    SDK_METRICS_PORT: `${apiSdk}`,
  });
  const worker = startProcess('worker', {
    ...environment,
    METRICS_PORT: `${workerPort}`,
    SDK_METRICS_PORT: `${workerSdk}`,
  });
  output = () => server.output() + worker.output();
  await Promise.all([worker.until(/"working"/), server.until(/Server listening/)]);
});
afterAll(async () => {
  await endProcesses();
  await service.stop();
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

async function scrape(port: number): Promise<Sample[]> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.status).toBe(200);
  return samplesOf(await response.text());
}

/** Scrapes until a sample is there and as asked. */
async function untilSample(
  port: number,
  name: string,
  labels: Readonly<Record<string, string>>,
  isSo: (value: number) => boolean = (value) => value > 0,
): Promise<number> {
  const look = async () =>
    (await scrape(port)).find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  const found = await until(look, (sample) => sample !== undefined && isSo(sample.value));
  return found!.value;
}

test('a payment that gets stuck shows in what both processes tell', async () => {
  const hookUrl = `http://127.0.0.1:${ports.http}/hooks/acme-se/${hookToken}`;
  const session = await service.openSession({ hookUrl });
  await service.register(session);
  await service.act(session, 'complete');
  await service.until(session, ({ escalation }) => escalation != null);

  expect(
    await untilSample(ports.api, 'payments_hooks_total', { account: 'acme-se', status: '202' }),
  ).toBeGreaterThan(0);
  await untilSample(ports.api, 'payments_orders', { status: 'pending' });
  await untilSample(
    ports.api,
    'payments_oldest_pending_age_seconds',
    { account: 'acme-se' },
    (age) => age > 2,
  );
  await untilSample(ports.api, 'payments_escalations', {
    account: 'acme-se',
    reason: 'pending',
    state: 'open',
  });
  await untilSample(ports.worker, 'payments_read_duration_seconds_count', {
    account: 'acme-se',
    outcome: 'ok',
  });
  await untilSample(ports.worker, 'payments_alerts_total', { channel: 'slack', outcome: 'sent' });
  await untilSample(
    ports.worker,
    'payments_account_left_alone',
    { account: 'acme-se' },
    (alone) => alone === 0,
  );
  const dispositions = { account: 'acme-se', provider: 'briqpay', disposition: 'applied' };
  await untilSample(ports.workerSdk, 'payments_hook_dispositions_total', dispositions);

  // The provider decides, and its hooks are lost: a recheck finds it.
  await service.act(session, 'approve', { hooks: false });
  await service.until(session, ({ status, escalation }) => status === 'placed' && !escalation);
  await untilSample(ports.workerSdk, 'payments_unannounced_changes_total', { account: 'acme-se' });

  const pages = [ports.api, ports.worker, ports.apiSdk, ports.workerSdk].map(async (port) =>
    (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
  );
  for (const page of await Promise.all(pages)) {
    for (const secret of [session, '1000123', hookToken, 'sandbox-secret', 'shop-key', '/chat'])
      expect(page).not.toContain(secret);
  }
});

test("the SDK's own metrics have the names that rules and dashboards hold", async () => {
  const names = (samples: readonly Sample[]) => [...new Set(samples.map(({ name }) => name))];
  expect(names(await scrape(ports.workerSdk))).toEqual(
    expect.arrayContaining([
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
      'temporal_workflow_task_execution_latency_seconds_bucket',
      'temporal_num_pollers',
      'temporal_worker_task_slots_available',
      'temporal_sticky_cache_size',
      'temporal_request_latency_seconds_bucket',
    ]),
  );
  expect(names(await scrape(ports.apiSdk))).toContain('temporal_request_latency_seconds_bucket');
});

test('every line that the processes log is JSON, and those about an order say so', async () => {
  const session = await service.openSession();
  const url = `http://127.0.0.1:${ports.http}/v1/orders/${orderIdOf(session)}`;
  await fetch(url, { headers: { authorization: 'Bearer shop-key' } });
  // The last piece of the output may end amid a line.
  const linesSoFar = () =>
    output()
      .split(/(?<=\n)/)
      .filter((line) => line.endsWith('\n'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = await until(linesSoFar, (all) =>
    all.some(({ order, msg }) => order === orderIdOf(session) && msg === 'request completed'),
  );
  expect(lines.filter(({ order }) => order === orderIdOf(session))).toContainEqual(
    expect.objectContaining({ msg: 'request completed', res: { statusCode: 404 } }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'working' }));
  for (const secret of [hookToken, 'sandbox-secret', 'shop-key']) expect(output()).not.toContain(secret);
});
