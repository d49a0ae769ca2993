import { commandLine, readOptions, wholeNumber } from '../kit/command-line.ts';

export type VerifyOptions = ReturnType<typeof parseOptions>;

/** Reads the command line. @throws UsageError */
export function parseOptions(args: readonly string[]) {
  const command = commandLine(
    'npm run verify:production --',
    'Runs the services of docker-compose.yml as processes, disturbs them, and judges them.',
  )
    .option('--short', 'fewer orders and fewer kills; the report goes elsewhere', false)
    .option('--keep', 'leave everything up until Ctrl-C, and keep the folder', false)
    .option('--seed <n>', 'what the plan of the load is made from', wholeNumber(0), 1);
  return readOptions(command, args);
}
