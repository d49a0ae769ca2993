import { parseArgs } from 'node:util';

export interface Options {
  /** The cases to run, in their own order. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  readonly isShort: boolean;
  /** Where results go, and where those of earlier runs are. */
  readonly out: string;
  /** Keep CPU profiles of the product's and the variants' processes, which makes all of them slower. */
  readonly isProfiled: boolean;
  /** Numbers of open orders for the case `growth`. */
  readonly growth: readonly number[] | undefined;
  readonly does: 'run' | 'list' | 'report';
}

/** A command line that cannot be obeyed; the message says why. */
export class UsageError extends Error {}

export const usage = `usage: npm run bench -- [--short] [--only NAME,NAME] [--rounds N] [--out FOLDER] [--growth N,N] [--profile]
       npm run bench -- --list      names the cases
       npm run bench -- --report    writes the report of the results that are there, and measures nothing`;

/** @throws UsageError */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const values = parsed(args);
  if (values.list && values.report) throw new UsageError('--list and --report are two things');
  const only = values.only === undefined ? known : list(values.only);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`no such case: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  if (values.out === '') throw new UsageError('--out: expected a folder');
  return {
    only: known.filter((name) => only.includes(name)),
    rounds: values.rounds === undefined ? undefined : count('--rounds', values.rounds, 100),
    isShort: values.short ?? false,
    out: values.out ?? 'evidence/bench/results',
    isProfiled: values.profile ?? false,
    growth: values.growth === undefined ? undefined : growthLevels(values.growth),
    does: values.list ? 'list' : values.report ? 'report' : 'run',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        out: { type: 'string' },
        growth: { type: 'string' },
        profile: { type: 'boolean' },
        list: { type: 'boolean' },
        report: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function growthLevels(text: string): number[] {
  const levels = list(text).map((level) => count('--growth', level, 1_000_000));
  if (levels.some((level, index) => level <= (levels[index - 1] ?? 0)))
    throw new UsageError('--growth: expected numbers that rise');
  return levels;
}

function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new UsageError(`an empty name in "${text}"`);
  return items;
}

function count(name: string, text: string, most: number): number {
  if (!/^[1-9]\d*$/.test(text) || Number(text) > most)
    throw new UsageError(`${name}: expected a whole number from 1 to ${most}, not "${text}"`);
  return Number(text);
}
