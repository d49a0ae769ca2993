import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';

/** What is wrong with a command line; the message says why. */
export class UsageError extends Error {
  /** What the command line may be. */
  readonly help: string;

  constructor(message: string, help = '') {
    super(message);
    this.help = help;
  }
}

/** A command that is read from its arguments alone: what it does not know it refuses, by a `UsageError`. */
export function commandLine(name: string, description: string) {
  return new Command(name).description(description).allowExcessArguments(false).helpCommand(false);
}

/** The options of a command line. Prints the help, and ends with 0, where that is asked for. @throws UsageError */
export function readOptions<Options>(
  command: { opts(): Options } & Pick<
    Command,
    'exitOverride' | 'configureOutput' | 'parse' | 'helpInformation'
  >,
  args: readonly string[],
): Options {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    command.parse([...args], { from: 'user' });
    return command.opts();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit();
    throw new UsageError(error.message, command.helpInformation());
  }
}

/** Reads an option as a whole number. */
export function wholeNumber(least: number, most = 999_999_999): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Reads an option as a list with commas. */
export function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('An item of the list is empty.');
  return items;
}

/** Runs a command; a command line that is wrong is told to the error stream. Answers the exit code. */
export async function runCommand(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${error.help}`);
    return 2;
  }
}
