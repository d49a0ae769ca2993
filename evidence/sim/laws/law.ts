import type { Observation } from '../observation.ts';
import type { TrialRecord } from './record.ts';

/** What a law may look at. */
export interface Checker {
  readonly record: TrialRecord;
  /** A law is broken: `law` is its name, `what` what was seen. */
  readonly report: (law: string, what: string) => void;
  /** For how long nothing could go on between two times: workers were away, tasks were lost. Milliseconds. */
  readonly lostBetween: (from: number, to: number) => number;
  /** When the truth, the hooks and the faults came to an end. */
  readonly settledFrom: () => number;
  /** No read ever lagged, failed or left something out, and no worker was away. */
  readonly isFaultFree: boolean;
}

/** One law of a life, which sees everything that is seen and speaks at the end too. */
export interface Law {
  observe?(observation: Observation): void;
  end?(at: number): void;
}

export const second = 1_000;
export const minute = 60 * second;

/** How long one read may take, from the task that begins it to the task that is told of it, when workers are there. */
export const readTakesMs = 3 * minute;
