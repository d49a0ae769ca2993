import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  readonly from: number;
  readonly seeds: number;
  /** The only trial, described step by step. */
  readonly seed: number | undefined;
  readonly jobs: number;
  /** No trial starts after so many milliseconds. */
  readonly forMs: number | undefined;
  /** Stop at the first seed that fails. */
  readonly stop: boolean;
  /** Add the seeds that fail to the kept ones. */
  readonly keep: boolean;
  readonly planted: string | undefined;
  readonly json: string | undefined;
}

export const usage = `npm run sim -- [options]
  --seeds N       how many trials (10000)
  --from N        the first seed (1)
  --seed N        this one trial, step by step
  --short         as many trials as fit into some seconds, for CI
  --planted NAME  look for a planted bug until it is found; "all" for each of them
  --jobs N        how many processes (one for each core)
  --stop          stop at the first seed that fails
  --no-keep       do not add the seeds that fail to the kept ones
  --json FILE     write the figures there too`;

/** The message says what is wrong with the command line. */
export class UsageError extends Error {}

const shortMs = 15_000;

/** Reads the command line. Throws a UsageError. */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args);
  const isPlanted = values.planted !== undefined;
  return {
    from: whole('from', values.from) ?? 1,
    seeds: whole('seeds', values.seeds) ?? (isPlanted ? 2_000 : 10_000),
    seed: whole('seed', values.seed),
    jobs: Math.max(1, whole('jobs', values.jobs) ?? availableParallelism()),
    forMs: values.short ? shortMs : undefined,
    stop: values.stop ?? false,
    keep: !values['no-keep'],
    planted: values.planted,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        jobs: { type: 'string' },
        short: { type: 'boolean' },
        stop: { type: 'boolean' },
        'no-keep': { type: 'boolean' },
        planted: { type: 'string' },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} ${text}: expected a whole number`);
  return Number(text);
}
