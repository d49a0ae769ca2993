import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figures.ts';
import type { Machine } from './machine.ts';

/** What one case has measured, and under which conditions. */
export interface CaseResult {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Every single measurement, as the case took it. */
  readonly rounds: readonly unknown[];
  /** What a reader must know beside the figures: sizes, what was left out, what went wrong. */
  readonly notes: readonly string[];
  readonly isShort: boolean;
  readonly at: string;
  readonly seconds: number;
  /** Runnable processes on the machine over the minute before: what is far above 0 made the figures noisy. */
  readonly loadBefore: number;
  readonly machine: Machine;
  /** The run that this one took the place of, where it was of the same size. */
  readonly before?: Pick<Machine, 'commit'> & { readonly at: string; readonly figures: readonly Figure[] };
}

export interface Results {
  readonly cases: Readonly<Record<string, CaseResult>>;
}

const fileName = 'results.json';

/** The results of earlier cases in a folder. */
export function loadResults(folder: string): Results {
  const path = join(folder, fileName);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : { cases: {} };
}

/** Puts one case beside those that are there, in place of its own last one. */
export function saveCase(folder: string, name: string, result: CaseResult): Results {
  const { cases } = loadResults(folder);
  const results = { cases: { ...cases, [name]: withBefore(result, cases[name]) } };
  mkdirSync(folder, { recursive: true });
  // By a rename, so that an interrupted run leaves a whole file.
  const unfinished = join(folder, `${fileName}.${process.pid}`);
  writeFileSync(unfinished, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(unfinished, join(folder, fileName));
  return results;
}

function withBefore(result: CaseResult, last: CaseResult | undefined): CaseResult {
  if (last?.isShort !== result.isShort) return result;
  const { machine, at, figures } = last;
  return { ...result, before: { commit: machine.commit, at, figures } };
}
