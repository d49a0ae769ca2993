import { Counter, type Counts } from './counter.ts';
import { runTrial, type TrialResult } from './trial/trial.ts';
import { answerCalls } from '../kit/calls.ts';
import { openWorkflowFactory } from '../kit/temporal/workflow-factory.ts';

/** The seeds whose trials a process is to run. */
export interface Batch {
  readonly seeds: readonly number[];
}

export interface BatchResult {
  readonly results: readonly TrialResult[];
  readonly counts: Counts;
}

// A process that runs trials for its parent.
const [bundle = ''] = process.argv.slice(2);
const factory = await openWorkflowFactory(bundle);

answerCalls({
  async runBatch({ seeds }: Batch): Promise<BatchResult> {
    const counter = new Counter();
    const results: TrialResult[] = [];
    for (const seed of seeds) {
      const one = await runTrial(seed, factory, (observation) => counter.observe(observation));
      counter.trialEnded(one.days);
      results.push(one);
    }
    return { results, counts: counter.counts };
  },
});
