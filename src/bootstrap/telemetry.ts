import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import type { ApiMetrics } from '../api/plugins/metrics.ts';
import type { Config } from '../config/load.ts';
import { createApiMeter } from '../metrics/api.ts';
import { listenForScrapes, type ScrapePort } from '../metrics/listen.ts';
import { createOrderGauges } from '../metrics/orders.ts';
import { createRegistry, pageOf } from '../metrics/registry.ts';
import { createWorkerMeter, gaugeRejectedAccounts, type WorkerMeter } from '../metrics/worker.ts';
import type { CircuitBreaker } from '../activities/circuit-breaker.ts';
import { installRuntime } from '../temporal/connect.ts';
import { createOrderCounts } from '../orders/order-counts.ts';
import { sdkLogger } from '../temporal/sdk-logger.ts';
import type { Traces } from '../tracing/start.ts';

type Observed = Pick<Config, 'logLevel' | 'metrics' | 'accounts' | 'isTraced'>;

/** The log of this process. The SDK writes to it too, and serves its metrics where they have a port: before the first connection. */
export function openLog({ logLevel, metrics: { host, sdkPort } }: Observed): Logger {
  const log = pino({ level: logLevel });
  const address = host.includes(':') ? `[${host}]` : host;
  installRuntime({
    logger: sdkLogger(log),
    ...(sdkPort !== undefined && { metricsAddress: `${address}:${sdkPort}` }),
  });
  return log;
}

/** What the API counts and shows: by itself, or on a port of its own where there is one. `onFailure` hears why a count failed. */
export async function observeApi(
  { metrics: { host, port }, accounts }: Observed,
  client: Client,
  onFailure: (error: unknown) => void,
): Promise<{ readonly metrics: ApiMetrics; readonly port?: ScrapePort }> {
  const ids = accounts.map(({ id }) => id);
  const registry = createRegistry();
  const { answered } = createApiMeter(registry, ids);
  const refresh = createOrderGauges({
    registry,
    count: createOrderCounts({ client, accounts: ids, now: Date.now }),
    now: Date.now,
    onFailure,
  });
  const page = pageOf(registry, refresh);
  if (port === undefined) return { metrics: { answered, page } };
  return { metrics: { answered }, port: await listenForScrapes({ host, port }, page) };
}

/** What the worker counts; it is counted always, and shown where metrics have a port. */
export function observeWorker({ metrics: { host, port }, accounts }: Observed): {
  readonly meter: WorkerMeter;
  /** Call it once outages are known. */
  show(outages: CircuitBreaker): Promise<ScrapePort | undefined>;
} {
  const ids = accounts.map(({ id }) => id);
  const registry = createRegistry();
  return {
    meter: createWorkerMeter(registry, ids),
    async show(outages) {
      if (port === undefined) return undefined;
      gaugeRejectedAccounts(registry, ids, (account) => outages.faultOf(account));
      return listenForScrapes({ host, port }, pageOf(registry));
    },
  };
}

/** Where hooks, reads and changes are traced; undefined where the environment names no collector, and then nothing is loaded. */
export async function openTraces(
  { isTraced, accounts }: Observed,
  part: string,
  onLoss: (reason: string) => void,
): Promise<Traces | undefined> {
  if (!isTraced) return undefined;
  const { startTraces } = await import('../tracing/start.ts');
  return startTraces({ service: `payment-lifecycle-${part}`, accounts, onLoss });
}
