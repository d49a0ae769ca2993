import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One thing as it was from one moment on. */
export interface Moment<T> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: T;
  /** It corrects the moment before, and is no step of its own. */
  readonly isCorrection?: true;
}

/** What one provider keeps over the end of the process. */
export interface Memory<T> {
  /** What earlier processes have kept, oldest first. */
  readonly past: readonly Moment<T>[];
  keep(moment: Moment<T>): void;
}

/** A file to which every change is appended before it is answered, so that a killed sandbox has forgotten nothing. */
export interface Journal {
  of<T>(provider: string): Memory<T>;
  clear(): void;
  close(): void;
}

/** The file cannot be used; the message says which and why. */
export class JournalError extends Error {}

interface Line extends Moment<unknown> {
  readonly provider: string;
}

/** Opens a journal, or begins one. A last line that was never finished was never answered either, and is cut off. */
export function openJournal(file: string): Journal {
  const descriptor = open(file);
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) ftruncateSync(descriptor, end);
  const lines = bytes
    .subarray(0, end)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((text, index) => parse(file, text, index + 1));
  return {
    of: <T>(provider: string): Memory<T> => ({
      past: lines.filter((line) => line.provider === provider) as readonly Moment<unknown>[] as Moment<T>[],
      keep: (moment) => void writeSync(descriptor, `${JSON.stringify({ provider, ...moment })}\n`),
    }),
    clear: () => ftruncateSync(descriptor, 0),
    close: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a+');
  } catch (error) {
    throw new JournalError(`the state file cannot be opened: ${(error as Error).message}`);
  }
}

function parse(file: string, text: string, number: number): Line {
  try {
    const line = JSON.parse(text) as Partial<Line> | null;
    if (typeof line?.provider === 'string' && typeof line.at === 'number' && line.value) return line as Line;
  } catch {
    // Said below, as for any other line that is none of ours.
  }
  throw new JournalError(`${file}: line ${number} was not written by a sandbox`);
}
