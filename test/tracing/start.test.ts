import { freePort } from '../../tools/temporal/ports.ts';
import { startTraces } from '../../src/tracing/start.ts';
import { startCollector, type Collector } from '../support/collector.ts';

// What docs/observe.md says of OpenTelemetry's variables, which the SDK reads by itself.
let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  await collector.stop();
});

/** Traces so many hooks in such an environment, to the end; answers the reasons of losses. */
async function trace(environment: Readonly<Record<string, string>>, hooks = 1): Promise<readonly string[]> {
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment });
  const losses: string[] = [];
  const traces = startTraces({ service: 'mine', accounts: [], onLoss: (reason) => losses.push(reason) });
  for (let hook = 0; hook < hooks; hook++) {
    const at = Date.now();
    const asked = { method: 'POST', route: '/hooks', account: 'acme-se', provider: 'briqpay' };
    traces.hooks.begin({ ...asked, at, traceparent: undefined }).end(202);
  }
  await traces.close();
  return losses;
}

test('all are kept, under the name that is given', async () => {
  expect(await trace({}, 20)).toEqual([]);
  expect(collector.spans.map(({ service }) => service)).toEqual(Array.from({ length: 20 }, () => 'mine'));
});

test('the environment names the process', async () => {
  await trace({ OTEL_SERVICE_NAME: 'theirs', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' });
  expect(collector.spans).toMatchObject([
    { resource: { 'service.name': 'theirs', 'deployment.environment.name': 'test' } },
  ]);
});

test.each([
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, 0],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }, 20],
])('the environment says how many: %j', async (environment, kept) => {
  await trace(environment, 20);
  expect(collector.spans).toHaveLength(kept);
});

test('headers and compression are those of the environment', async () => {
  await trace({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
  expect(collector.spans).toHaveLength(1);
  expect(collector.headers).toMatchObject([
    { 'api-key': 'abc', 'content-encoding': 'gzip', 'content-type': 'application/x-protobuf' },
  ]);
});

test('the address for traces alone goes first', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${collector.url}/v1/traces`;
  await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: nowhere, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT });
  expect(collector.spans).toHaveLength(1);
});

test('losses are told once a minute, by their reason', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const eager = { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
  expect(await trace({ ...eager, OTEL_EXPORTER_OTLP_ENDPOINT: nowhere }, 3)).toEqual(['ECONNREFUSED']);
});
