import { runWorker } from '../worker.ts';

await runWorker({ taskQueue: 'idle', bundle: 'idle', activitiesOf: () => ({}) });
