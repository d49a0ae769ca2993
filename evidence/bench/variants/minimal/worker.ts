import { createActivities } from '../textbook/activities.ts';
import { runWorker } from '../worker.ts';
import { minimalQueue } from './orders.ts';

await runWorker({
  taskQueue: minimalQueue,
  bundle: 'minimal',
  activitiesOf: ({ providerUrl }) => createActivities(providerUrl),
});
