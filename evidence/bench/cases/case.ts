import type { Figure } from '../figures.ts';
import type { Testbed, TestbedSettings } from '../testbed/testbed.ts';

/** What a case is run with. */
export interface Context {
  readonly rounds: number;
  readonly isShort: boolean;
  /** Numbers of open orders, where the command line names them. */
  readonly growth: readonly number[] | undefined;
  /** A fresh Temporal server with a fresh provider; closed when the case has ended, however it has. */
  openTestbed(settings?: TestbedSettings): Promise<Testbed>;
  /** The path of a compiled file. */
  readonly buildPath: (path: string) => string;
  /** One line of progress. */
  say(line: string): void;
}

interface Measured {
  readonly figures: readonly Figure[];
  readonly rounds: readonly unknown[];
  readonly notes: readonly string[];
}

/** One measurement of the bench. */
export interface Case {
  readonly name: string;
  /** What it measures, in one sentence. */
  readonly title: string;
  /** How often everything is measured unless the command line says otherwise: one, where one takes minutes. */
  readonly defaultRounds?: number;
  run(context: Context): Promise<Measured>;
}
