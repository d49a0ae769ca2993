import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tools/temporal/ports.ts';
import { endProcesses, startProcess, type Child } from '../support/child.ts';
import { startCollector, type Collector } from '../support/collector.ts';
import { hookToken, orderIdOf, startService, type Service } from '../support/service.ts';

// API and worker as they run in production; the provider and the collector are in this process.
let service: Service;
let collector: Collector;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'traces-test-'));
  collector = await startCollector();
  service = await startService({ withoutWorker: true });
});
afterEach(endProcesses);
afterAll(async () => {
  await service.stop();
  await collector.stop();
  rmSync(folder, { recursive: true });
});

interface Processes {
  readonly server: Child;
  readonly worker: Child;
  readonly hookUrl: string;
}

// Nothing is sent by itself, and nothing gives up by itself: what ends a process is its own end.
const patient = {
  OTEL_BSP_SCHEDULE_DELAY: '600000',
  OTEL_BSP_EXPORT_TIMEOUT: '600000',
  OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
};

async function startBoth(environment: Readonly<Record<string, string>>): Promise<Processes> {
  const file = join(folder, 'payments.yaml');
  const account = `id: acme-se, provider: briqpay, baseUrl: '${service.sandbox.url}', username: sandbox, secret: sandbox-secret`;
  writeFileSync(file, `accounts: [{ ${account}, hookToken: ${hookToken} }]\n`);
  const port = `${await freePort()}`;
  const shared = {
    PAYMENTS_CONFIG: file,
    TEMPORAL_ADDRESS: service.temporal.address,
    PORT: port,
    ...environment,
  };
  const [server, worker] = [startProcess('server', shared), startProcess('worker', shared)];
  await Promise.all([worker.until(/"working"/), server.until(/Server listening/)]);
  return { server, worker, hookUrl: `http://127.0.0.1:${port}/hooks/acme-se/${hookToken}` };
}

/** Sends a hook for a payment, and waits until a read has proven it. */
async function prove(hookUrl: string): Promise<string> {
  const session = await service.openSession({ hookUrl: undefined });
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  const { status } = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      event: 'order_status',
      status: 'order_approved_not_captured',
      sessionId: session,
    }),
  });
  expect(status).toBe(202);
  await service.until(session, (order) => order.status === 'placed');
  return session;
}

/** Asks both to end, and expects that they do, in order. */
async function end({ server, worker }: Processes): Promise<void> {
  for (const child of [server, worker]) child.signal('SIGTERM');
  expect(await Promise.all([server.ended, worker.ended])).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
}

test('what was not sent yet is sent at the end, from both processes into one trace', async () => {
  const processes = await startBoth({ ...patient, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const session = await prove(processes.hookUrl);
  expect(collector.spans).toEqual([]);
  await end(processes);
  const spans = collector.spans.filter(
    ({ attributes }) => attributes['payments.order'] === orderIdOf(session),
  );
  expect(spans.map(({ service: of, name }) => `${of}: ${name}`).sort()).toEqual([
    'payment-lifecycle-api: POST /hooks/:account/:token',
    'payment-lifecycle-worker: order changed',
    'payment-lifecycle-worker: read payment',
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test('a collector that does not answer holds up no hook, and no end', async () => {
  const silent = await startCollector();
  const isHanging = silent.hang(2);
  const processes = await startBoth({
    ...patient,
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${silent.url}/v1/traces`,
  });
  await prove(processes.hookUrl);
  // One of each process, which wait as long as they last.
  await isHanging;
  await prove(processes.hookUrl);
  await end(processes);
  await silent.stop();
});

test('a collector that is away is told of in the log, and that is all', async () => {
  const processes = await startBoth({
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
  });
  await prove(processes.hookUrl);
  const { server, worker } = processes;
  const lost = /"reason":"ECONNREFUSED","msg":"traces were lost"/;
  await Promise.all([server.until(lost), worker.until(lost)]);
  await end(processes);
});

test('where it is named and turned off, nothing is sent', async () => {
  const { length } = collector.spans;
  const processes = await startBoth({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SDK_DISABLED: 'true',
  });
  await prove(processes.hookUrl);
  await end(processes);
  expect(collector.spans).toHaveLength(length);
});
