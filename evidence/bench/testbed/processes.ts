import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from './calls.ts';

export interface ProcessOptions {
  /** For messages. */
  readonly name: string;
  /** Path of a JavaScript file. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** One Node process of the bench. */
export interface Process {
  readonly name: string;
  readonly pid: number;
  hasEnded(): boolean;
  /** The last lines that it printed. */
  output(): string;
  /** Asks what the process answers by `answerCalls`. Rejects with its error, or when it ends before. */
  call<T = void>(name: string, argument?: unknown): Promise<T>;
  /** Ends it in order: SIGTERM, and SIGKILL after thirty seconds. Resolves once it has ended. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** The processes of one run of the bench: whatever is still there at its end is ended. */
export interface Processes {
  start(options: ProcessOptions): Process;
  stopAll(): Promise<void>;
}

export function createProcesses(): Processes {
  const running = new Set<Process>();
  return {
    start(options) {
      const started = startProcess(options, () => running.delete(started));
      running.add(started);
      return started;
    },
    async stopAll() {
      await Promise.all([...running].map((process) => process.stop()));
    },
  };
}

function startProcess({ name, script, env = {}, nodeArgs = [] }: ProcessOptions, onEnd: () => void): Process {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...nodeArgs, script], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const output = keepTail(child);
  const stopWatching = endWithParent(child.pid!);
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      hasEnded = true;
      stopWatching();
      onEnd();
      const error = new Error(`${name} has ended (${signal ?? code}). Its last output:\n${output()}`);
      for (const call of calls.values()) call.reject(error);
      resolve();
    });
  });
  child.on('message', (reply: Reply) => {
    const call = calls.get(reply.id);
    calls.delete(reply.id);
    if (reply.error === undefined) call?.resolve(reply.value);
    else call?.reject(new Error(`${name}: ${reply.error}`));
  });
  let count = 0;

  return {
    name,
    pid: child.pid!,
    hasEnded: () => hasEnded,
    output,
    call: <T>(what: string, argument?: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = ++count;
        calls.set(id, { resolve: (value) => resolve(value as T), reject });
        child.send({ id, name: what, argument }, (error) => error && reject(error));
      }),
    async stop() {
      child.kill('SIGTERM');
      const late = new AbortController();
      await Promise.race([ended, delay(30_000, undefined, { signal: late.signal })]);
      late.abort();
      if (!hasEnded) child.kill('SIGKILL');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function keepTail(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (kept = (kept + text).slice(-4_000)));
  return () => kept;
}

/** A bench that is killed runs no exit handler, but its end of this pipe closes, and the shell's read returns. */
function endWithParent(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', 'read _; kill -9 "$1" 2>/dev/null', 'sh', `${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return () => void watchdog.kill('SIGKILL');
}
