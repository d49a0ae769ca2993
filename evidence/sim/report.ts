import type { PoolResult } from './pool.ts';
import type { Counts } from './counter.ts';
import type { TrialResult } from './trial/trial.ts';

/** The result of a run, as `--json` writes it. */
export interface Report {
  readonly trials: number;
  readonly seconds: number;
  readonly trialsPerMinute: number;
  readonly processes: number;
  readonly counts: Counts;
  /** What the product can reach or say, and this run never did. */
  readonly never: Readonly<Record<string, readonly string[]>>;
  readonly failed: readonly TrialResult[];
  /** The seeds of trials that met a known deviation, by its name. */
  readonly deviating: Readonly<Record<string, readonly number[]>>;
}

export function reportOf({ counter, failed, deviating, elapsedMs }: PoolResult, processes: number): Report {
  const { counts, never } = counter;
  const trials = counts['trials'] ?? 0;
  return {
    trials,
    seconds: Math.round(elapsedMs / 100) / 10,
    trialsPerMinute: Math.round(trials / (elapsedMs / 60_000)),
    processes,
    counts: Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b))),
    never,
    failed,
    deviating,
  };
}

/** The result for people. */
export function textOfReport({
  trials,
  seconds,
  trialsPerMinute,
  processes,
  counts,
  never,
  failed,
  deviating,
}: Report): string {
  const count = (name: string) => (counts[name] ?? 0).toLocaleString('en');
  return [
    `${trials.toLocaleString('en')} trials in ${seconds} s: ${trialsPerMinute.toLocaleString('en')} a minute, ${processes} processes; ${count('virtual days')} virtual days`,
    `${count('tasks')} workflow tasks, ${count('activations replayed')} activations replayed after ${count('evictions')} evictions and ${count('worker restarts')} restarts`,
    `${count('true hooks')} true hooks, ${count('forged hooks')} forged ones; ${count('signal recorded')} signals, ${count('signal copy')} copies that the server dropped`,
    `${count('reads')} reads, ${count('reads that succeeded')} succeeded; ${count('requests to the provider')} requests to the provider`,
    `${count('continue-as-new')} continue-as-new, ${count('runs closed')} closed, ${count('reopened')} reopened, ${count('runs terminated')} terminated`,
    ...Object.entries(never).map(([kind, words]) => `never reached: ${kind} ${words.join(', ')}`),
    ...Object.entries(deviating).map(
      ([name, seeds]) => `known deviation ${name}: ${seeds.length} trials, such as seed ${seeds[0]}`,
    ),
    ...failed.map(failureText),
    failed.length === 0 ? 'no law was broken' : `${failed.length} seeds broke a law`,
  ].join('\n');
}

export function failureText({ seed, violations }: TrialResult): string {
  const lines = violations.map(({ law, what, at }) => `  ${law}: ${what} (${new Date(at).toISOString()})`);
  return [`seed ${seed} fails; see it by: npm run sim -- --seed ${seed}`, ...lines].join('\n');
}
