import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import type { DataConverter } from '@temporalio/common';
import {
  Worker,
  type InjectedSinks,
  type NativeConnection,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { DeskActivities } from '../activities/desk.ts';
import type { SweepActivities } from '../activities/sweep.ts';
import type { ProviderActivities } from '../activities/read-payment.ts';
import { deskQueue, orderQueue, providerQueue } from '../workflows/contract/queues.ts';
import { buildIdOf } from '../workflows/contract/projection.ts';
import type { ReadEffect, TraceSinks } from '../workflows/traces.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The workflow code, as `loadWorkflowBundle` gives it. */
  readonly bundle: WorkflowBundleOption;
  readonly activities: ProviderActivities;
  /** Each gets a worker of its own, so that a hanging provider takes no slots from another. */
  readonly providers: readonly string[];
  /** The activities of the desks and the sweeps; without them their queue is not polled. */
  readonly desk?: (DeskActivities & SweepActivities) | undefined;
  /** Encrypts payloads; the bundle must then be an encrypted one. */
  readonly dataConverter?: DataConverter | undefined;
  /** Called with the effect of each traced read on its order, except during replay. */
  readonly onReadEffect?: ((order: string, effect: ReadEffect) => void) | undefined;
  readonly identity?: string | undefined;
}

export interface Workers {
  /** Resolves when all workers have stopped, rejects when one fails. */
  readonly stopped: Promise<void>;
  /** Stops polling, finishes the work under way, and resolves when done. */
  stop(): Promise<void>;
}

// The watch activity of each account's desk holds one of these slots, mostly sleeping.
const deskSlots = 1_000;
/** How many reads of one provider this process runs at once. */
const readSlots = 40;
/** How many of them may be of one account, so that a hanging account leaves slots to the others. */
export const readsPerAccount = readSlots / 4;

// An idle order takes about 70 KB, one with a long history twice that; the SDK's default assumes far more.
const heapPerOrder = 200 * 1024;
// The SDK's core gets slower with the number of cached workflows: 24 ms of CPU per payment at 10,000 (evidence/bench/README.md).
const mostCached = 2_000;

/** Starts the workers of this process: one for orders, one for each provider, one for desks and sweeps. They poll at once. */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { connection, namespace, bundle, activities, providers, desk, dataConverter, identity } = options;
  const { onReadEffect = () => {} } = options;
  // A read may take ten seconds, and supervisors kill the process after thirty.
  const shared = {
    connection,
    namespace,
    shutdownGraceTime: 15_000,
    shutdownForceTime: 25_000,
    workerDeploymentOptions: {
      version: { deploymentName: 'payment-lifecycle', buildId: buildIdOf(await hashOf(bundle)) },
      useWorkerVersioning: false as const,
    },
    ...(dataConverter && { dataConverter }),
    ...(identity && { identity }),
  };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: orderQueue,
      workflowBundle: bundle,
      sinks: sinksTo(onReadEffect),
      maxCachedWorkflows: Math.min(
        mostCached,
        Math.floor(getHeapStatistics().heap_size_limit / 2 / heapPerOrder),
      ),
      // Only as local activities, for the first read within the order's own task.
      activities,
      enableNonLocalActivities: false,
    }),
    ...providers.map((name) =>
      Worker.create({
        ...shared,
        taskQueue: providerQueue(name),
        activities,
        maxConcurrentActivityTaskExecutions: readSlots,
      }),
    ),
    ...(desk
      ? [
          Worker.create({
            ...shared,
            taskQueue: deskQueue,
            activities: desk,
            maxConcurrentActivityTaskExecutions: deskSlots,
            // Short, since a watch runs for an hour: it is cancelled here and retried on another worker, as is an alert.
            shutdownGraceTime: 1_000,
          }),
        ]
      : []),
  ]);
  const stopped = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  return {
    stopped,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await stopped;
    },
  };
}

/** Registered even without tracing: another worker may have traced a read of the order, and the SDK logs errors for missing sinks. */
function sinksTo(report: NonNullable<WorkerOptions['onReadEffect']>): InjectedSinks<TraceSinks> {
  return { traces: { readEffect: { fn: ({ workflowId }, effect) => report(workflowId, effect) } } };
}

/** A hash of the workflow code. Short, since two events of every task contain it. */
async function hashOf(bundle: WorkflowBundleOption): Promise<string> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}
