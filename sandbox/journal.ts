import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A session or an order as it was from one time on. */
export interface Snapshot<T> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: T;
  /** It replaces the snapshot before it, and is not a change of its own. */
  readonly isCorrection?: true;
}

/** The part of the journal of one provider. */
export interface ProviderJournal<T> {
  /** The snapshots of earlier processes, oldest first. */
  readonly past: readonly Snapshot<T>[];
  keep(snapshot: Snapshot<T>): void;
}

/** A file to which every change is appended before it is answered, so that a killed sandbox loses nothing. */
export interface Journal {
  of<T>(provider: string): ProviderJournal<T>;
  clear(): void;
  close(): void;
}

/** The state file cannot be used. The message names the file and the reason. */
export class JournalError extends Error {}

interface Line extends Snapshot<unknown> {
  readonly provider: string;
}

/** Opens or creates a journal. Cuts off an incomplete last line, whose change was never answered. */
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
    of: <T>(provider: string): ProviderJournal<T> => ({
      past: lines.filter(
        (line) => line.provider === provider,
      ) as readonly Snapshot<unknown>[] as Snapshot<T>[],
      keep: (snapshot) => void writeSync(descriptor, `${JSON.stringify({ provider, ...snapshot })}\n`),
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
    // Reported below, like any other line of a foreign file.
  }
  throw new JournalError(`${file}: line ${number} was not written by a sandbox`);
}
