import { availableParallelism } from 'node:os';
import { commandLine, readOptions, wholeNumber } from '../kit/command-line.ts';

export type Options = ReturnType<typeof parseOptions>;

const shortMs = 15_000;

/** Reads the command line. @throws UsageError */
export function parseOptions(args: readonly string[]) {
  const command = commandLine('npm run sim --', 'Runs payments through the workflow in virtual time.')
    .option('--seeds <n>', 'how many trials (10000, or 2000 for a planted bug)', wholeNumber(0))
    .option('--from <n>', 'the first seed', wholeNumber(0), 1)
    .option('--seed <n>', 'this one trial, step by step', wholeNumber(0))
    .option('--short', `as many trials as fit into ${shortMs / 1000} seconds, for CI`, false)
    .option('--planted <name>', 'look for a planted bug until it is found; "all" for each of them')
    .option('--jobs <n>', 'how many processes (one for each core)', wholeNumber(1), availableParallelism())
    .option('--stop', 'stop at the first seed that fails', false)
    .option('--no-keep', 'do not add the seeds that fail to the kept ones')
    .option('--bundle <file>', 'a workflow bundle that is built already, instead of one of src')
    .option('--json <file>', 'write the figures there too');
  const { short, ...options } = readOptions(command, args);
  const { seeds = options.planted === undefined ? 10_000 : 2_000 } = options;
  return { ...options, seeds, forMs: short ? shortMs : undefined };
}
