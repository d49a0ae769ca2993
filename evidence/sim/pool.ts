import { fileURLToPath } from 'node:url';
import { startCallee } from '../kit/calls.ts';
import type { Batch, BatchResult } from './child.ts';
import { Counter } from './counter.ts';
import type { TrialResult } from './trial/trial.ts';

export interface PoolOptions {
  readonly bundle: string;
  readonly seeds: Iterator<number>;
  readonly jobs: number;
  /** No trial starts after it, epoch milliseconds. */
  readonly until: number;
  /** Stop at the first trial that fails. */
  readonly stop: boolean;
  readonly onProgress: (trials: number, failed: readonly TrialResult[]) => void;
}

export interface PoolResult {
  readonly counter: Counter;
  readonly failed: readonly TrialResult[];
  /** The seeds of trials that met a known deviation, by its name. */
  readonly deviating: Readonly<Record<string, readonly number[]>>;
  readonly elapsedMs: number;
}

const batchSize = 10;

/** Runs trials in several processes. The result of a seed does not depend on the process. */
export async function runTrials({
  bundle,
  seeds,
  jobs,
  until,
  stop,
  onProgress,
}: PoolOptions): Promise<PoolResult> {
  const counter = new Counter();
  const failed: TrialResult[] = [];
  const deviating: Record<string, number[]> = {};
  const begun = performance.now();
  let trials = 0;

  const nextBatch = (): Batch | undefined => {
    if ((stop && failed.length > 0) || Date.now() >= until) return undefined;
    const batch: number[] = [];
    // Single trials where the first failure is to stop the run.
    while (batch.length < (stop ? 1 : batchSize)) {
      const { value, done } = seeds.next();
      if (done) break;
      batch.push(value);
    }
    return batch.length > 0 ? { seeds: batch } : undefined;
  };
  const take = ({ results, counts }: BatchResult): void => {
    counter.add(counts);
    trials += results.length;
    for (const { seed, known } of results) for (const name of known) (deviating[name] ??= []).push(seed);
    failed.push(...results.filter(({ violations }) => violations.length > 0));
    onProgress(trials, failed);
  };

  await Promise.all(Array.from({ length: jobs }, () => work(bundle, nextBatch, take)));
  failed.sort((a, b) => a.seed - b.seed);
  return { counter, failed, deviating, elapsedMs: performance.now() - begun };
}

/** Starts a process and gives it batches until none is left. Rejects where it ends by itself. */
async function work(
  bundle: string,
  nextBatch: () => Batch | undefined,
  take: (done: BatchResult) => void,
): Promise<void> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = startCallee({ name: 'simulator', args: ['--import', 'tsx', script, bundle] });
  for (let batch = nextBatch(); batch; batch = nextBatch())
    take(await child.call<BatchResult>('runBatch', batch));
  await child.stop();
}
