import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { freePort, isListening } from './ports.ts';

export interface DevServerOptions {
  /** Path of a Temporal CLI, as findTemporalCli gives it. */
  cli: string;
  ui?: boolean | undefined;
  /** The preferred ports; a free one is used where they are taken or absent. */
  port?: number | undefined;
  uiPort?: number | undefined;
  /** A SQLite file that keeps the state; without it the state is in memory. */
  dbFile?: string | undefined;
  namespace?: string | undefined;
  /** Allows moving a workflow's clock forward, as test/support/temporal.ts does. */
  virtualTime?: boolean | undefined;
  /** Further settings of the server, by their names in its dynamic configuration. */
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** The file to append the output to; without it the output is kept only for the error of a failed start. */
  logFile?: string | undefined;
}

export interface DevServer {
  address: string;
  uiUrl?: string;
  pid: number;
  /** Sends SIGTERM, and SIGKILL after five seconds. Resolves once the server has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL. */
  kill(): void;
}

/**
 * Starts the Temporal CLI's development server on loopback and resolves once it serves.
 * It has a process group of its own, so that Ctrl-C in a terminal does not end it before its clients. It ends with this
 * process, however this process ends.
 * @throws Error with the tail of the server's output when it ends early or does not serve within 30 s
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Another process can take a port between its choice and its use.
      const isRace = error instanceof Error && error.message.includes('address already in use');
      if (!isRace || attempt === 3) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  const port = await freePort(options.port);
  const uiPort = options.ui ? await freePort(options.uiPort) : undefined;
  if (options.dbFile) mkdirSync(dirname(options.dbFile), { recursive: true });

  const server = await spawnServer(options.cli, await startArguments(options, port, uiPort), options.logFile);
  try {
    await untilServing(server, port, uiPort);
  } catch (error) {
    server.child.kill('SIGKILL');
    throw error;
  }
  return {
    address: `127.0.0.1:${port}`,
    ...(uiPort !== undefined && { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: server.pid,
    stop: () => stop(server),
    kill: () => void server.child.kill('SIGKILL'),
  };
}

async function startArguments(options: DevServerOptions, port: number, uiPort?: number): Promise<string[]> {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--log-level', 'warn'];
  args.push('--namespace', options.namespace ?? 'default');
  if (options.dbFile) args.push('--db-filename', options.dbFile);
  if (uiPort === undefined) args.push('--headless');
  else args.push('--ui-port', `${uiPort}`, ...(await newsFlag(options.cli)));

  const config = { ...liftedLimits, ...(options.virtualTime && virtualTime), ...options.settings };
  for (const [key, value] of Object.entries(config)) {
    args.push('--dynamic-config-value', `${key}=${JSON.stringify(value)}`);
  }
  return args;
}

// At their defaults a single-shard server makes a task wait for the next 50 ms slot once it loads 20 a second.
const liftedLimits = {
  'history.transferProcessorMaxPollRPS': 200,
  'history.visibilityProcessorMaxPollRPS': 200,
  'matching.enableFairness': true,
};

const virtualTime = {
  'frontend.WorkflowTimeSkippingEnabled': true,
  'history.timerProcessorMaxTimeShift': '10ms', // at its default each skip costs a second
  'history.workflowIdReuseMinimalInterval': '0s', // else continue-as-new waits out a virtual backoff
};

// Older CLIs end on a flag they do not know.
async function newsFlag(cli: string): Promise<string[]> {
  const flag = '--ui-disable-news-fetch';
  const { stdout } = await promisify(execFile)(cli, ['server', 'start-dev', '--help'], { timeout: 10_000 });
  return stdout.includes(flag) ? [flag] : [];
}

interface ServerProcess {
  child: ChildProcess;
  pid: number;
  /** Resolves when the process has ended. */
  ended: Promise<void>;
  /** The last lines of its output. */
  tail(): string;
}

async function spawnServer(cli: string, args: readonly string[], logFile?: string): Promise<ServerProcess> {
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, 'a') : undefined;
  const output = log ?? 'pipe';
  const child = spawn(cli, [...args], { detached: true, stdio: ['ignore', output, output] });
  if (log !== undefined) closeSync(log);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));

  const pid = child.pid ?? 0;
  const stopWatching = endWithParent(child, pid);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve())).then(stopWatching);
  const kept = keepTail(child);
  return { child, pid, ended, tail: () => (logFile ? tailOf(readFileSync(logFile, 'utf8')) : kept()) };
}

/** Ends the server when this process ends, and does not keep this process alive. */
function endWithParent(child: ChildProcess, pid: number): () => void {
  child.unref();
  const onExit = () => void child.kill('SIGTERM');
  process.once('exit', onExit);

  // A killed process runs no exit handler, but its end of this pipe closes; then the shell's read returns and it kills the server.
  const watchdog =
    process.platform === 'win32'
      ? undefined
      : spawn('/bin/sh', ['-c', 'read _; kill "$1"', 'sh', `${pid}`], {
          detached: true,
          stdio: ['pipe', 'ignore', 'ignore'],
        });
  watchdog?.on('error', () => {}); // a system without /bin/sh has just the exit handler
  watchdog?.unref();
  (watchdog?.stdin as Socket | undefined)?.unref();

  return () => {
    process.off('exit', onExit);
    watchdog?.kill('SIGKILL');
  };
}

function keepTail(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (kept = tailOf(kept + text)));
    (stream as Socket | null)?.unref();
  }
  return () => kept;
}

function tailOf(output: string): string {
  return output.slice(-4_000);
}

const startDeadlineMs = 30_000;

async function untilServing(server: ServerProcess, port: number, uiPort?: number): Promise<void> {
  const hasEnded = () => server.child.exitCode !== null || server.child.signalCode !== null;
  const deadline = AbortSignal.timeout(startDeadlineMs);
  // Checked by plain TCP first, since gRPC waits a second after a refused connection.
  for (const awaited of uiPort === undefined ? [port] : [port, uiPort]) {
    while (!(await isListening(awaited))) {
      if (hasEnded()) throw await earlyEnd(server);
      if (deadline.aborted) throw startFailure(`did not serve within ${startDeadlineMs / 1000} s`, server);
      await delay(20);
    }
  }
  try {
    const connecting = Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: startDeadlineMs });
    const connection = await Promise.race([connecting, server.ended]);
    await connection?.close();
  } catch (cause) {
    throw startFailure(`answered no call (${String(cause)})`, server);
  }
  if (hasEnded()) throw await earlyEnd(server);
}

async function earlyEnd(server: ServerProcess): Promise<Error> {
  await server.ended; // its output is complete only then
  return startFailure('ended before it served', server);
}

function startFailure(what: string, server: ServerProcess): Error {
  return new Error(`The Temporal dev server ${what}. Its last output:\n${server.tail()}`);
}

async function stop({ child, ended }: ServerProcess): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
