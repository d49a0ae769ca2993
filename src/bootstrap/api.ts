import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createApp } from '../api/app.ts';
import { board } from '../board/board.tsx';
import type { Config, LogLevel } from '../config/load.ts';
import { OrderLookups } from '../orders/order-lookups.ts';
import type { TemporalConnection } from '../temporal/connect.ts';
import { missingSearchAttributes } from '../temporal/prepare.ts';
import type { Traces } from '../tracing/start.ts';
import { hookAccounts } from './accounts.ts';
import { observeApi } from './telemetry.ts';

export interface ApiProcessOptions {
  readonly config: Config;
  readonly temporal: TemporalConnection;
  readonly log: Pick<Logger, 'warn'>;
  /** The level of the API's own log. */
  readonly logLevel: LogLevel;
  readonly traces?: Traces | undefined;
}

export interface ApiProcess {
  readonly app: FastifyInstance;
  /** Stops accepting, finishes the requests under way, and stops serving metrics. */
  close(): Promise<void>;
}

/** Builds the API and the board of a configuration. It does not listen yet; a metrics port of its own is open. */
export async function createApiProcess({
  config,
  temporal: { client, connection, namespace },
  log,
  logLevel,
  traces,
}: ApiProcessOptions): Promise<ApiProcess> {
  const { metrics, port } = await observeApi(config, client, (error) =>
    log.warn({ err: error }, 'orders could not be counted for the metrics'),
  );
  const dependencies = {
    client,
    lookups: new OrderLookups(client),
    accounts: hookAccounts(config),
    apiKeys: config.apiKeys,
    temporalUi: config.temporalUi,
    missingAttributes: () => missingSearchAttributes(connection, namespace),
    metrics,
    traces: traces?.hooks,
    now: Date.now,
  };
  const app = await createApp(dependencies, { logLevel });
  await app.register((ops) => board(ops, dependencies), { prefix: '/ops' });
  return {
    app,
    async close() {
      await app.close();
      await port?.close();
    },
  };
}
