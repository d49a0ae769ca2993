import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { settingsFrom, type Settings } from './settings.ts';

export interface VariantWorker {
  readonly taskQueue: string;
  /** Whose workflow bundle it runs; the build of the bench has made it. */
  readonly bundle: string;
  readonly activitiesOf: (settings: Settings) => object;
}

/** Runs a worker with the defaults of the SDK until SIGTERM. */
export async function runWorker({ taskQueue, bundle, activitiesOf }: VariantWorker): Promise<void> {
  const settings = settingsFrom(process.env);
  const connection = await NativeConnection.connect({ address: settings.temporalAddress });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: fileURLToPath(new URL(`./${bundle}/workflow-bundle.js`, import.meta.url)) },
    activities: activitiesOf(settings),
  });
  await worker.run();
  await connection.close();
}
