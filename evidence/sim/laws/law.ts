import { minute } from '../../kit/time.ts';
import type { Observation } from '../observation.ts';
import type { TrialRecord } from './record.ts';

/** What a law checks with. */
export interface Checker {
  readonly record: TrialRecord;
  /** Reports a violation of the law that is called `law`. */
  readonly report: (law: string, what: string) => void;
  /** For how many milliseconds between two times workers were away or lost tasks kept an order waiting. */
  readonly lostBetween: (from: number, to: number) => number;
  /** From when on the truth stands still, and no hook and no fault comes any more. */
  readonly settledFrom: () => number;
  /** No read lags, fails or leaves something out, and no worker is ever away. */
  readonly isFaultFree: boolean;
}

/** One law: it sees every observation of a trial, and its end. */
export interface Law {
  observe?(observation: Observation): void;
  end?(at: number): void;
}

/** How long one read may take while workers are there: from the task that starts it to the task that has its result. */
export const readTakesMs = 3 * minute;
