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

type TelemetryConfig = Pick<Config, 'logLevel' | 'metrics' | 'accounts' | 'isTraced'>;

/** Opens the log of this process. The Temporal SDK logs to it too, so call this before the first connection. */
export function openLog({ logLevel, metrics: { host, sdkPort } }: TelemetryConfig): Logger {
  const log = pino({ level: logLevel });
  const address = host.includes(':') ? `[${host}]` : host;
  installRuntime({
    logger: sdkLogger(log),
    ...(sdkPort !== undefined && { metricsAddress: `${address}:${sdkPort}` }),
  });
  return log;
}

/**
 * The metrics of the API. They are served by the API itself, or on a port of their own where one is configured. `onFailure`
 * gets the error when the orders could not be counted.
 */
export async function observeApi(
  { metrics: { host, port }, accounts }: TelemetryConfig,
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

/** The metrics of the worker. They are always counted, and served only where metrics have a port. */
export function observeWorker({ metrics: { host, port }, accounts }: TelemetryConfig): {
  readonly meter: WorkerMeter;
  /** Call it once the circuit breaker exists. */
  serveMetrics(breaker: CircuitBreaker): Promise<ScrapePort | undefined>;
} {
  const ids = accounts.map(({ id }) => id);
  const registry = createRegistry();
  return {
    meter: createWorkerMeter(registry, ids),
    async serveMetrics(breaker) {
      if (port === undefined) return undefined;
      gaugeRejectedAccounts(registry, ids, (account) => breaker.faultOf(account));
      return listenForScrapes({ host, port }, pageOf(registry));
    },
  };
}

/** Tracing of hooks, reads and changes. Undefined where the environment names no collector; the SDK is not loaded then. */
export async function openTraces(
  { isTraced, accounts }: TelemetryConfig,
  service: string,
  onLoss: (reason: string) => void,
): Promise<Traces | undefined> {
  if (!isTraced) return undefined;
  const { startTraces } = await import('../tracing/start.ts');
  return startTraces({ service: `payment-lifecycle-${service}`, accounts, onLoss });
}
