import { createWriteStream } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { createChanges } from './changes.ts';

export interface ProcessOptions {
  /** For messages. */
  readonly name: string;
  /** Node by default. */
  readonly program?: string | undefined;
  readonly args: readonly string[];
  /** Beside PATH and HOME, which it has from this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  /** The user that it runs as; that of this process by default. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Its output is appended to this file too. */
  readonly logFile?: string | undefined;
  /** Its output is printed by this process too. */
  readonly isPrinted?: boolean;
  /** Opens a channel for messages between the two, in V8's own format. */
  readonly hasChannel?: boolean;
  /** False where this process may end while that one runs. */
  readonly keepsUp?: boolean;
}

/** How a process ended: with an exit code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Process {
  readonly name: string;
  /** 0 where it could not be started. */
  readonly pid: number;
  /** Rejects, with the reason, where the program could not be started. */
  readonly started: Promise<void>;
  /** Resolves when it has ended and all of its output is here. */
  readonly ended: Promise<Ending>;
  hasEnded(): boolean;
  /** What it has printed to both of its streams, at least the last million characters. */
  output(): string;
  /** Resolves with the match once it has printed this. Rejects, with its last output, when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Does nothing to a process that has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it in order: SIGTERM, and SIGKILL after `graceMs`, 30 seconds by default. Resolves once it has ended. */
  stop(graceMs?: number): Promise<void>;
  /** Sends a message to a process that has a channel; rejects where it has ended. */
  send(message: object): Promise<void>;
  /** Calls this for each message that comes over the channel. */
  onMessage(take: (message: unknown) => void): void;
}

/**
 * Starts a process that ends with this one, however this one ends. It has a process group of its own, so that Ctrl-C in a
 * terminal reaches this process alone, which can then end the others in their order.
 */
export function startProcess(options: ProcessOptions): Process {
  const { name, program = process.execPath, args, env = {}, cwd, user, hasChannel = false } = options;
  const { PATH, HOME } = process.env;
  const child = execa(program, args, {
    ...(cwd !== undefined && { cwd }),
    ...user,
    env: { PATH, HOME, ...env },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    ipc: hasChannel,
    forceKillAfterDelay: false,
    // Windows opens a window for a group of its own; there execa ends the process when this one exits.
    detached: !isWindows,
  });
  const stopWatching = child.pid === undefined ? () => {} : endWithThisProcess(child.pid);
  const { text, waitFor, close } = keepOutput([child.stdout, child.stderr], options);
  let hasEnded = false;
  const ended = child.then(async ({ exitCode = null, signal = null }) => {
    hasEnded = true;
    stopWatching();
    await close();
    return { code: exitCode, signal };
  });
  const started =
    child.pid === undefined ? child.then(({ cause }) => Promise.reject(cause as Error)) : Promise.resolve();
  // The end tells it to a caller who does not ask here.
  started.catch(() => {});
  if (options.keepsUp === false)
    for (const each of [child, child.stdout, child.stderr]) (each as Socket).unref();

  return {
    name,
    pid: child.pid ?? 0,
    started,
    ended,
    hasEnded: () => hasEnded,
    output: text,
    async until(pattern) {
      const match = await waitFor(pattern);
      if (match) return match;
      const how = endingText(await ended);
      throw new Error(
        `${name} ended (${how}) without printing ${pattern}. Its last output:\n${tailOf(text())}`,
      );
    },
    signal: (signal) => void child.kill(signal),
    async stop(graceMs = 30_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    send: (message) =>
      new Promise((resolve, reject) =>
        child.send(message, (error: Error | null) => (error ? reject(error) : resolve())),
      ),
    onMessage: (take) => void child.on('message', take),
  };
}

/** How a process ended, in words: `exit 0`, `SIGKILL`. */
export function endingText({ code, signal }: Ending): string {
  return signal ?? `exit ${code}`;
}

/** The end of an output, for messages. */
export function tailOf(output: string): string {
  return output.slice(-4_000);
}

const isWindows = process.platform === 'win32';

/** A parent that is killed runs no exit handler, but its end of this pipe closes, and the shell's read returns. */
function endWithThisProcess(pid: number): () => void {
  if (isWindows) return () => {};
  const watchdog = execa('/bin/sh', ['-c', 'read _; kill -9 "$1"', 'sh', `${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    reject: false,
  });
  watchdog.unref();
  (watchdog.stdin as Socket).unref();
  return () => void watchdog.kill('SIGKILL');
}

const keptCharacters = 1_000_000;

/** Keeps what is printed, appends it to a file, and prints it here. `waitFor` answers the match, or null where the output ended without. */
function keepOutput(
  streams: readonly Readable[],
  { logFile, isPrinted = false }: Pick<ProcessOptions, 'logFile' | 'isPrinted'>,
) {
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  const { changed, until } = createChanges();
  let kept = '';
  let isClosed = false;
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log?.write(text);
      if (isPrinted) process.stdout.write(text);
      kept += text;
      if (kept.length > 2 * keptCharacters) kept = kept.slice(-keptCharacters);
      changed();
    });
  }
  return {
    text: () => kept,
    async waitFor(pattern: RegExp): Promise<RegExpExecArray | null> {
      await until(() => isClosed || pattern.test(kept));
      return pattern.exec(kept);
    },
    async close(): Promise<void> {
      isClosed = true;
      changed();
      if (log) await new Promise<void>((resolve) => log.end(resolve));
    },
  };
}
