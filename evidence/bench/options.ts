import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { commandLine, list, readOptions, wholeNumber } from '../kit/command-line.ts';

export type Options = ReturnType<typeof parseOptions>;

/** Reads the command line; `known` are the cases. @throws UsageError */
export function parseOptions(args: readonly string[], known: readonly string[]) {
  const names = (text: string) => {
    const unknown = list(text).filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new InvalidArgumentError(`no such case: ${unknown.join(', ')}; there are ${known.join(', ')}`);
    return known.filter((name) => list(text).includes(name));
  };
  const command = commandLine('npm run bench --', 'Measures, and writes the report of all that was measured.')
    .option('--short', 'small sizes and one round: whether it runs, not how fast it is', false)
    .addOption(
      new Option('--only <cases>', 'these cases, with commas, into the results that are there')
        .argParser(names)
        .default(known, 'all'),
    )
    .option('--rounds <n>', 'how often each case measures', wholeNumber(1, 100))
    .option('--out <folder>', 'where results go, and where those of earlier runs are', folder, results)
    .option('--growth <levels>', 'numbers of open orders for the case growth, with commas', levels)
    .option('--profile', 'keep CPU profiles of APIs and workers, which makes all of them slower', false)
    .addOption(new Option('--list', 'name the cases, and measure nothing').conflicts('report'))
    .option('--report', 'write the report of the results that are there, and measure nothing');
  return readOptions(command, args);
}

const results = 'evidence/bench/results';

function folder(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a folder.');
  return text;
}

function levels(text: string): number[] {
  const numbers = list(text).map(wholeNumber(1, 1_000_000));
  if (numbers.some((level, index) => level <= (numbers[index - 1] ?? 0)))
    throw new InvalidArgumentError('Expected numbers that rise.');
  return numbers;
}
