import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger, LogLevel, MetricsExporterConfig } from '@temporalio/worker';

export interface ConnectOptions {
  /** Names this process in the Temporal UI. */
  identity?: string | undefined;
  /** Given, neither the environment nor a profile file is read: a plain connection to this address. */
  address?: string | undefined;
  namespace?: string | undefined;
  /** How payloads travel, where not as plain JSON. */
  dataConverter?: DataConverter | undefined;
}

export interface TemporalConnection {
  connection: NativeConnection;
  namespace: string;
  client: Client;
}

/**
 * Connects as Temporal's standard environment says (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
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
    // Most messages are a kilobyte: gzip, the SDK's default, takes a quarter of a call's CPU and saves no packet.
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
  /** Where the SDK serves its own metrics, `host:port`; it serves none without. */
  readonly metricsAddress?: string | undefined;
}

/**
 * Sets up the SDK's runtime, once per process and before the first connection; later calls change nothing.
 * It takes no signals: when to shut down is for the composition root to say.
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

// The SDK's own buckets begin at a tenth of a second, which is where trouble begins here.
const finely = [
  'workflow_task_schedule_to_start_latency',
  'activity_schedule_to_start_latency',
  'workflow_task_execution_latency',
  'request_latency',
];
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];

/** Named as Prometheus wants it: seconds, and `_total` for what is counted. */
function metricsAt(bindAddress: string): MetricsExporterConfig {
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: Object.fromEntries(finely.map((name) => [name, [...buckets]])),
    },
  };
}

// A worker of ours runs either workflows or activities, so each misses the other on purpose.
const expected = /^No (activities|workflows) registered/;

function quietLogger(level: LogLevel): Logger {
  const plain = new DefaultLogger(level);
  return new DefaultLogger(level, (entry) => {
    if (!expected.test(entry.message)) plain.log(entry.level, entry.message, entry.meta);
  });
}
