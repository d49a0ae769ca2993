import { Counter, type Counts } from './counter.ts';
import { runTrial, type TrialResult } from './trial/trial.ts';
import { openSandbox } from '../kit/temporal/sandbox.ts';

/** What the parent asks for, and what it is told. */
export interface Batch {
  readonly seeds: readonly number[];
}

export interface BatchResult {
  readonly results: readonly TrialResult[];
  readonly counts: Counts;
}

// A process that lives the seeds it is given; it ends when its parent lets go of it.
const [bundle] = process.argv.slice(2);
if (!bundle || !process.send) throw new Error('this is started by run.ts');
const sandbox = await openSandbox(bundle);

process.on('message', ({ seeds }: Batch) => {
  void liveAll(seeds).then((done) => process.send!(done));
});
process.on('disconnect', () => process.exit(0));
process.send({ isReady: true });

async function liveAll(seeds: readonly number[]): Promise<BatchResult> {
  const counter = new Counter();
  const results: TrialResult[] = [];
  for (const seed of seeds) {
    const one = await runTrial(seed, sandbox, (observation) => counter.observe(observation));
    counter.results(one.days);
    results.push(one);
  }
  return { results, counts: counter.counts };
}
