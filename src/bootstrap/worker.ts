import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { Fault } from '../domain/alerting/incident.ts';
import type { TemporalConnection } from '../temporal/connect.ts';
import { dataConverterOf } from '../temporal/data-converter.ts';
import { prepareNamespace } from '../temporal/prepare.ts';
import { loadWorkflowBundle } from '../temporal/workflow-bundle.ts';
import { startWorkers, type Workers } from '../temporal/workers.ts';
import type { Traces } from '../tracing/start.ts';
import { providerActivities } from './accounts.ts';
import { deskActivities, openDesks, reportFault } from './desks.ts';
import { openSweeps, sweepActivities } from './sweeps.ts';
import { observeWorker } from './telemetry.ts';

const retryMs = 30_000;

export interface WorkerProcessOptions {
  readonly config: Config;
  readonly temporal: TemporalConnection;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly traces?: Traces | undefined;
  /** Names this process in the Temporal UI. */
  readonly identity?: string | undefined;
}

/** Starts everything that a worker process runs: the workers, the alert desks, the sweeps and the metrics. */
export async function startWorkerProcess({
  config,
  temporal: { client, connection, namespace },
  log,
  traces,
  identity,
}: WorkerProcessOptions): Promise<Workers> {
  await prepareNamespace(connection, { namespace });
  const { meter, serveMetrics } = observeWorker(config);
  const report = (account: string, fault: Fault) => {
    reportFault(client, config, account, fault).catch((error: unknown) =>
      log.warn(
        { account, fault: fault.code, err: error },
        'the fault could not be reported to the alert desk',
      ),
    );
  };
  const readers = providerActivities(config, {
    report,
    measure: meter.measureClient,
    trace: traces?.read,
  });
  const workers = await startWorkers({
    connection,
    namespace,
    identity,
    bundle: await loadWorkflowBundle({ isEncrypted: config.encryption !== undefined }),
    dataConverter: dataConverterOf(config.encryption),
    ...readers,
    onReadEffect: traces?.readEffect,
    desk: {
      ...deskActivities(client, config, readers, { measure: meter.measureChannel }),
      ...meter.measureSweeps(sweepActivities(client, config, readers)),
    },
  });
  const stopping = new AbortController();
  // In the background: orders do not wait for the desks and the sweeps.
  void retryUntilDone('alert desks', () => openDesks(client, config));
  void retryUntilDone('sweeps', () => openSweeps(client, config));
  const scrapes = await serveMetrics(readers.breaker);
  return {
    stopped: workers.stopped,
    async stop() {
      stopping.abort();
      await workers.stop();
      await scrapes?.close();
    },
  };

  async function retryUntilDone(what: string, open: () => Promise<void>): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        return await open();
      } catch (error) {
        if (signal.aborted) return;
        log.error({ err: error, what }, 'could not be opened; the worker tries again in 30 s');
        await delay(retryMs, undefined, { ref: false, signal }).catch(() => undefined);
      }
    }
  }
}
