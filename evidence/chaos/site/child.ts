import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Socket } from 'node:net';

export interface ChildOptions {
  /** Node by default. */
  readonly program?: string;
  /** Whose process it is; that of this one by default. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What it prints is appended here. */
  readonly logFile: string;
}

/** A process of ours. */
export interface Child {
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
}

/** One that can be waited for by what it prints. */
export interface PrintingChild extends Child {
  /** Whether it prints this before it ends. */
  prints(text: string): Promise<boolean>;
}

/** Starts a process that ends with this one, however this one ends. */
export async function startChild(options: ChildOptions): Promise<PrintingChild> {
  const { program = process.execPath, user, args, env, cwd, logFile } = options;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, [...args], {
    cwd,
    ...user,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for this process, which then ends the others in their order.
    detached: true,
  });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid ?? 0;
  const stopWatching = endWithParent(pid);
  const output = keepOutput(child, logFile);
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code: number | null, signal) => {
      stopWatching();
      output.end();
      resolve(signal ?? `exit ${code}`);
    }),
  );
  return { pid, signal: (signal) => signalTo(child, signal), ended, prints: output.prints };
}

interface Output {
  prints(text: string): Promise<boolean>;
  end(): void;
}

function keepOutput(child: ChildProcess, logFile: string): Output {
  const log = createWriteStream(logFile, { flags: 'a' });
  let kept = '';
  let hasEnded = false;
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (!hasEnded) log.write(text);
      kept = (kept + text).slice(-20_000);
      waiting.forEach((look) => look());
    });
  }
  return {
    prints: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!kept.includes(text) && !hasEnded) return;
          waiting.delete(look);
          resolve(kept.includes(text));
        };
        waiting.add(look);
        look();
      }),
    end() {
      hasEnded = true;
      log.end();
      waiting.forEach((look) => look());
    },
  };
}

function signalTo(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** A shell that waits for this process to end: then its read returns. */
function endWithParent(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', 'read _; kill -9 "$1"', 'sh', `${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as Socket).unref();
  return () => void watchdog.kill('SIGKILL');
}
