import { parseArgs } from 'node:util';

/** What a run is asked to do on the command line. */
export interface VerifyOptions {
  /** Fewer orders, fewer kills, and the report goes elsewhere. */
  readonly isShort: boolean;
  /** Everything stays up until Ctrl-C, and the folder after it. */
  readonly isKept: boolean;
  readonly seed: number;
}

/** What was asked for makes no sense; the message says why. */
export class UsageError extends Error {}

export const usage = 'usage: npm run verify:production -- [--short] [--keep] [--seed N]';

/** Reads the arguments of the command line. */
export function parseOptions(args: readonly string[]): VerifyOptions {
  const { short = false, keep = false, seed = '1' } = parse(args);
  if (!/^\d{1,9}$/.test(seed)) throw new UsageError('--seed: expected a whole number');
  return { isShort: short, isKept: keep, seed: Number(seed) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { short: { type: 'boolean' }, keep: { type: 'boolean' }, seed: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
