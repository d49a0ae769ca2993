import type { FastifyInstance } from 'fastify';
import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { createApp } from '../../src/api/app.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import { parseConfig } from '../../src/config/load.ts';
import { observeApi } from '../../src/bootstrap/telemetry.ts';
import { connectTemporal, installRuntime, type TemporalConnection } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../tools/temporal/dev-server.ts';
import { samplesOf, type Sample } from '../support/samples.ts';
import { cliPath } from '../support/temporal.ts';

// Temporal is away in this file: what is counted here needs none, and must not wait for it.

const text = `
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: u, secret: s, hookToken: hook-token }
  - { id: acme-eu, provider: bridgerpay, baseUrl: 'http://127.0.0.1:9', username: u, password: p, apiKey: k, hookToken: hook-token }
apiKeys: [{ name: shop, key: shop-key, scopes: [read, write] }]
`;

let temporal: TemporalConnection;
const apps: FastifyInstance[] = [];
beforeAll(async () => {
  installRuntime({ logLevel: 'ERROR' });
  const server = await startDevServer({ cli: cliPath() });
  temporal = await connectTemporal({ address: server.address });
  server.kill();
});
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));
afterAll(() => temporal.connection.close());

async function start(environment: Record<string, string> = {}) {
  const config = parseConfig(text, environment);
  const { client } = temporal;
  const failures: unknown[] = [];
  const { metrics, port } = await observeApi(config, client, (error) => void failures.push(error));
  const app = await createApp(
    {
      client,
      lookups: new OrderLookups(client),
      accounts: hookAccounts(config),
      apiKeys: config.apiKeys,
      missingAttributes: async () => [],
      metrics,
      now: Date.now,
    },
    { logLevel: 'silent' },
  );
  app.addHook('onClose', () => port?.close());
  apps.push(app);
  return { app, port, failures };
}

async function scrape(app: FastifyInstance): Promise<Sample[]> {
  const { statusCode, headers, body } = await app.inject('/metrics');
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesOf(body);
}

const hooksIn = (samples: readonly Sample[]) =>
  samples
    .filter(({ name, value }) => name === 'payments_hooks_total' && value > 0)
    .map(({ labels, value }) => `${labels['account']} ${labels['status']} ${value}`)
    .toSorted();

test('hooks are counted by account and answer; who is nobody has one name', async () => {
  const { app } = await start();
  const hook = (account: string, token: string, payload: object) =>
    app.inject({ method: 'POST', url: `/hooks/${account}/${token}`, payload });
  const valid = { event: 'order_status', status: 'order_pending', sessionId: crypto.randomUUID() };
  await hook('acme-se', 'hook-token', { nonsense: true });
  await hook('acme-se', 'guess', valid);
  await hook('somebody', 'hook-token', valid);
  await hook('somebody-else', 'hook-token', valid);
  expect((await hook('acme-se', 'hook-token', valid)).statusCode).toBe(503);
  expect(hooksIn(await scrape(app))).toEqual([
    'acme-se 400 1',
    'acme-se 404 1',
    'acme-se 503 1',
    'unknown 404 2',
  ]);
});

test('an account whose hooks never came has a count of 0, so that a first one is a rise', async () => {
  const { app } = await start();
  expect(await scrape(app)).toContainEqual({
    name: 'payments_hooks_total',
    labels: { account: 'acme-eu', status: '202' },
    value: 0,
  });
});

test('requests are timed by the pattern of their route, and whatever leads nowhere is one', async () => {
  const { app } = await start();
  await app.inject('/v1/orders/acme-se:1');
  await app.inject('/v1/orders/acme-se:2');
  await app.inject('/healthz');
  await app.inject('/.env');
  await app.inject({ method: 'PROPFIND', url: '/wp-admin' });
  await app.inject('/%ff');
  const counts = (await scrape(app))
    .filter(({ name }) => name === 'payments_http_request_duration_seconds_count')
    .map(({ labels, value }) => `${labels['method']} ${labels['route']} ${labels['status']} ${value}`);
  expect(counts).toEqual(
    expect.arrayContaining(['GET /v1/orders/:id 401 2', 'GET /healthz 200 1', '- (none) 404 2']),
  );
});

test('no label is for the caller to choose: ids, tokens, paths and methods stay out', async () => {
  const { app } = await start();
  // Those of Node itself come and go with its garbage collection.
  const ours = ({ name }: { readonly name: string }) => name.startsWith('payments_');
  const before = (await scrape(app)).filter(ours).length;
  const marks = Array.from({ length: 40 }, () => crypto.randomUUID());
  for (const mark of marks) {
    await app.inject({ method: 'POST', url: `/hooks/${mark}/hook-token`, payload: { sessionId: mark } });
    await app.inject({ method: 'POST', url: `/hooks/acme-se/${mark}`, payload: { sessionId: mark } });
    await app.inject({ method: 'PUT', url: `/hooks/acme-se/${mark}` });
    await app.inject(`/v1/orders/acme-se:${mark}?key=${mark}`);
    await app.inject(`/${mark}`);
  }
  const page = (await app.inject('/metrics')).body;
  for (const mark of [...marks, 'hook-token', 'shop-key']) expect(page).not.toContain(mark);
  // A few answers that were not there before, each with its dozen buckets; never one for each call.
  expect(samplesOf(page).filter(ours).length).toBeLessThan(before + 100);
});

test('a Temporal that is away does not hold up a scrape, and figures that nobody has are absent', async () => {
  const { app, failures } = await start();
  const samples = await scrape(app);
  // The count that it began is still under way.
  expect(failures).toEqual([]);
  const names = new Set(samples.map(({ name }) => name));
  expect([...names]).toContain('process_cpu_seconds_total');
  expect([...names]).not.toContain('payments_orders');
  expect([...names]).not.toContain('payments_orders_counted_timestamp_seconds');
});

test('with a port of their own metrics are there, and not beside the rest', async () => {
  const { app, port } = await start({ METRICS_PORT: '0' });
  expect((await app.inject('/metrics')).statusCode).toBe(404);
  const response = await fetch(`http://127.0.0.1:${port!.port}/metrics`);
  expect(response.status).toBe(200);
  expect(samplesOf(await response.text())).toContainEqual(
    expect.objectContaining({ name: 'payments_http_request_duration_seconds_count' }),
  );
  expect((await fetch(`http://127.0.0.1:${port!.port}/v1/orders`)).status).toBe(404);
});
