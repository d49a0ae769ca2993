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
  /** The workflow code, as `bundleWorkflows` makes it. */
  readonly bundle: WorkflowBundleOption;
  readonly activities: ProviderActivities;
  /** One worker each: a provider that hangs takes no slot from another. */
  readonly providers: readonly string[];
  /** With these, the queue of the desks and the sweeps is worked too. */
  readonly desk?: (DeskActivities & SweepActivities) | undefined;
  /** How payloads travel, where not as plain JSON; the bundle must be one for it. */
  readonly dataConverter?: DataConverter | undefined;
  /** Told what each traced read did to its order, but for what is replayed. */
  readonly onReadEffect?: ((order: string, effect: ReadEffect) => void) | undefined;
  readonly identity?: string | undefined;
}

export interface Workers {
  /** Resolves when all have stopped, rejects when one fails. */
  readonly stopped: Promise<void>;
  /** Takes no more work, finishes what is under way, and resolves when done. */
  stop(): Promise<void>;
}

// Each account's desk watches in one of them, and mostly sleeps there.
const deskSlots = 1_000;
/** How many reads of one provider may be under way in this process. */
export const readSlots = 40;
/** The share of one account, so that one which hangs leaves the slots to the others. */
export const readsPerAccount = readSlots / 4;

// An idle order takes some 70 KB and one with a long story twice that; the SDK's own default reckons with far more.
const heapPerOrder = 200 * 1024;
// Each step of the SDK's core takes longer the more is cached: 24 ms of CPU for a payment with 10,000 (evidence/bench/README.md).
const mostCached = 2_000;

/** Starts the workers of this process: one for orders, one for each provider's queue. They poll at once. */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { connection, namespace, bundle, activities, providers, desk, dataConverter, identity } = options;
  const { onReadEffect = () => {} } = options;
  // A read may take ten seconds; the process is to end within thirty.
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
      // For first reads within an order's own task: no activity is scheduled on this queue.
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
            // Who watches would watch for hours; another worker takes over. An alert that is cut short is sent again.
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

/** Also where nothing is traced: another worker may have traced a read of the same order, and the SDK misses a sink loudly. */
function sinksTo(onReadEffect: NonNullable<WorkerOptions['onReadEffect']>): InjectedSinks<TraceSinks> {
  return { traces: { readEffect: { fn: ({ workflowId }, effect) => onReadEffect(workflowId, effect) } } };
}

/** Which workflow code a task ran, in a few bytes: it is in two events of every task. */
async function hashOf(bundle: WorkflowBundleOption): Promise<string> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}
