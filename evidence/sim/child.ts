import { Counter, type Counts } from './counter.ts';
import { runTrial, type TrialResult } from './trial/trial.ts';
import { openWorkflowFactory } from '../kit/temporal/workflow-factory.ts';

/** A message to the child: the seeds whose trials it is to run. */
export interface Batch {
  readonly seeds: readonly number[];
}

/** A message from the child. */
export interface BatchResult {
  readonly results: readonly TrialResult[];
  readonly counts: Counts;
}

// A process that runs trials for its parent, and ends when the parent disconnects.
const [bundle] = process.argv.slice(2);
if (!bundle || !process.send) throw new Error('this is started by run.ts');
const factory = await openWorkflowFactory(bundle);

process.on('message', ({ seeds }: Batch) => {
  void liveAll(seeds).then((done) => process.send!(done));
});
process.on('disconnect', () => process.exit(0));
process.send({ isReady: true });

async function liveAll(seeds: readonly number[]): Promise<BatchResult> {
  const counter = new Counter();
  const results: TrialResult[] = [];
  for (const seed of seeds) {
    const one = await runTrial(seed, factory, (observation) => counter.observe(observation));
    counter.trialEnded(one.days);
    results.push(one);
  }
  return { results, counts: counter.counts };
}
