import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { execa } from 'execa';
import { startProcess, tailOf, type Ending, type Process } from '../process.ts';
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
  /** Further flags of `temporal server start-dev`. */
  flags?: readonly string[] | undefined;
  /** The file to append the output to; without it the output is kept only for the error of a failed start. */
  logFile?: string | undefined;
}

export interface DevServer {
  address: string;
  uiUrl?: string;
  pid: number;
  /** Resolves when it has ended. */
  ended: Promise<Ending>;
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

  if (options.logFile) mkdirSync(dirname(options.logFile), { recursive: true });
  const server = startProcess({
    name: 'The Temporal dev server',
    program: options.cli,
    args: await startArguments(options, port, uiPort),
    env: process.env,
    logFile: options.logFile,
    keepsUp: false,
  });
  try {
    await untilServing(server, port, uiPort);
  } catch (error) {
    server.signal('SIGKILL');
    throw error;
  }
  return {
    address: `127.0.0.1:${port}`,
    ...(uiPort !== undefined && { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: server.pid,
    ended: server.ended,
    stop: () => server.stop(5_000),
    kill: () => server.signal('SIGKILL'),
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
  return [...args, ...(options.flags ?? [])];
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
  const { stdout } = await execa(cli, ['server', 'start-dev', '--help'], { timeout: 60_000 });
  return stdout.includes(flag) ? [flag] : [];
}

const startDeadlineMs = 60_000;

async function untilServing(server: Process, port: number, uiPort?: number): Promise<void> {
  await server.started;
  const deadline = AbortSignal.timeout(startDeadlineMs);
  // Checked by plain TCP first, since gRPC waits a second after a refused connection.
  for (const awaited of uiPort === undefined ? [port] : [port, uiPort]) {
    while (!(await isListening(awaited))) {
      if (server.hasEnded()) throw startFailure('ended before it served', server);
      if (deadline.aborted) throw startFailure(`did not serve within ${startDeadlineMs / 1000} s`, server);
      await delay(20);
    }
  }
  try {
    const connecting = Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: startDeadlineMs });
    const connection = await Promise.race([connecting, server.ended]);
    if ('close' in connection) await connection.close();
  } catch (cause) {
    throw startFailure(`answered no call (${String(cause)})`, server);
  }
  if (server.hasEnded()) throw startFailure('ended before it served', server);
}

function startFailure(what: string, server: Process): Error {
  return new Error(`${server.name} ${what}. Its last output:\n${tailOf(server.output())}`);
}
