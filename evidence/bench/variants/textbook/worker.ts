import { createActivities } from './activities.ts';
import { runWorker } from '../worker.ts';
import { textbookQueue } from './orders.ts';

await runWorker({
  taskQueue: textbookQueue,
  bundle: 'textbook',
  activitiesOf: ({ providerUrl }) => createActivities(providerUrl),
});
