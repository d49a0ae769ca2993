import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import type { ProviderActivities } from '../activities/read-payment.ts';
import { orderQueue, providerQueue } from '../workflows/contract.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The workflow code, as `bundleWorkflows` makes it. */
  readonly bundle: WorkflowBundleOption;
  /** One worker each: a provider that hangs takes no slot from another. */
  readonly providers: readonly { readonly name: string; readonly activities: ProviderActivities }[];
  readonly identity?: string | undefined;
}

export interface Workers {
  /** Resolves when all have stopped, rejects when one fails. */
  readonly stopped: Promise<void>;
  /** Takes no more work, finishes what is under way, and resolves when done. */
  stop(): Promise<void>;
}

/** How many reads of one provider may be under way in this process. */
export const readSlots = 40;
/** The share of one account, so that one which hangs leaves the slots to the others. */
export const readsPerAccount = readSlots / 4;

/** Starts the workers of this process: one for orders, one for each provider's I/O. They poll at once. */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { connection, namespace, bundle, providers, identity } = options;
  // A read may take ten seconds; the process is to end within thirty.
  const shared = {
    connection,
    namespace,
    shutdownGraceTime: 15_000,
    shutdownForceTime: 25_000,
    ...(identity && { identity }),
  };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: orderQueue,
      workflowBundle: bundle,
    }),
    ...providers.map(({ name, activities }) =>
      Worker.create({
        ...shared,
        taskQueue: providerQueue(name),
        activities,
        maxConcurrentActivityTaskExecutions: readSlots,
      }),
    ),
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
