import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger, LogLevel, MetricsExporterConfig } from '@temporalio/worker';

export interface ConnectOptions {
  /** Names this process in the Temporal UI. */
  identity?: string | undefined;
  /** Connects to this address without TLS, and ignores the environment and the profile file. */
  address?: string | undefined;
  namespace?: string | undefined;
  /** Encrypts payloads; without it they are plain JSON. */
  dataConverter?: DataConverter | undefined;
}

export interface TemporalConnection {
  connection: NativeConnection;
  namespace: string;
  client: Client;
}

/**
 * Connects by Temporal's standard environment (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS_…`, or its profile file). One connection serves the client and workers; close it last.
 */
export async function connectTemporal(options: ConnectOptions = {}): Promise<TemporalConnection> {
  installRuntime();
  const { address, identity, dataConverter } = options;
  const configured: ClientConnectConfig = address
    ? { connectionOptions: { address } }
    : loadClientConnectConfig();
  const namespace = options.namespace ?? configured.namespace ?? 'default';

  const connection = await NativeConnection.connect({
    ...configured.connectionOptions,
    // No gzip (the SDK's default): most messages are about 1 KiB, so it costs a quarter of a call's CPU and saves no packet.
    grpcCompression: { codec: 'none' },
  });
  const client = new Client({
    connection,
    namespace,
    ...(identity !== undefined && { identity }),
    ...(dataConverter && { dataConverter }),
  });
  return { connection, namespace, client };
}

export interface RuntimeSettings {
  readonly logLevel?: LogLevel;
  readonly logger?: Logger;
  /** `host:port` where the SDK serves its own metrics; without it the SDK serves none. */
  readonly metricsAddress?: string | undefined;
}

/**
 * Sets up the SDK's runtime once per process, before the first connection; later calls change nothing. It handles no
 * signals: the composition root decides when to stop.
 */
export function installRuntime(options: RuntimeSettings = {}): void {
  if (Runtime._instance !== undefined) return;
  const { logLevel = 'WARN', logger = quietLogger(logLevel), metricsAddress } = options;
  Runtime.install({
    shutdownSignals: [],
    logger,
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress !== undefined && { metrics: metricsAt(metricsAddress) }),
    },
  });
}

// The SDK's default buckets start at 100 ms, which is already too slow here.
const fineGrained = [
  'workflow_task_schedule_to_start_latency',
  'activity_schedule_to_start_latency',
  'workflow_task_execution_latency',
  'request_latency',
];
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];

/** Exports in Prometheus's conventions: seconds, and `_total` for counters. */
function metricsAt(bindAddress: string): MetricsExporterConfig {
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: Object.fromEntries(fineGrained.map((name) => [name, [...buckets]])),
    },
  };
}

// Each of our workers runs either workflows or activities, so this warning is expected.
const expectedWarning = /^No (activities|workflows) registered/;

function quietLogger(level: LogLevel): Logger {
  const plain = new DefaultLogger(level);
  return new DefaultLogger(level, (entry) => {
    if (!expectedWarning.test(entry.message)) plain.log(entry.level, entry.message, entry.meta);
  });
}
