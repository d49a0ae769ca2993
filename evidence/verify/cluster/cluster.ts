import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../../../tools/build-product.ts';
import { endingText, startProcess, type Process, type ProcessOptions } from '../../../tools/process.ts';
import { steadyPort } from '../../../tools/temporal/ports.ts';
import { untilServing } from '../../kit/serving.ts';
import { stopAll, supervise, untilUp, type Incident, type Supervisor } from '../../kit/supervisor.ts';
import { startOrder, type Compose, type ComposeService } from '../compose/compose.ts';
import { readEnvFiles } from '../compose/env-file.ts';
import { nativeOf, type Native, type Ports } from '../compose/native.ts';
import { copies, verified, type Verified } from '../services.ts';
import type { Tools } from '../tools/find.ts';
import { checkHealth, untilHealthy, type HealthOptions } from './health.ts';
import {
  createPostgres,
  dumpDatabase,
  readDatabaseSizes,
  readEncodings,
  type DatabaseSize,
} from './postgres.ts';

export interface ClusterOptions {
  readonly compose: Compose;
  readonly tools: Tools;
  readonly ports: Ports;
  /** Where everything is written, and where the files are that stand beside the compose file. */
  readonly folder: string;
  /** The root of the built product: it holds `dist`. */
  readonly product: string;
  /** The root of the built sandbox: it holds `dist-sandbox`. */
  readonly sandbox: string;
  readonly say: (line: string) => void;
}

/** The production topology, up. */
export interface Cluster {
  /** The address of one of the two APIs, in turn. */
  readonly api: string;
  readonly apis: readonly string[];
  readonly sandbox: string;
  readonly temporal: string;
  readonly ui: string;
  /** The addresses that Prometheus would scrape. */
  readonly metrics: readonly { readonly name: string; readonly url: string }[];
  /** The file of every state that a payment had at the sandbox. */
  readonly stateFile: string;
  readonly incidents: readonly Incident[];
  readonly supervisors: readonly Supervisor[];
  /** Runs every health check of the compose file once; answers what failed. */
  health(): Promise<readonly { readonly name: string; readonly problem: string | undefined }[]>;
  /** The size of Temporal's databases on the disk. */
  databaseSizes(): Promise<readonly DatabaseSize[]>;
  /** Dumps a database into a file; answers how Temporal says that its binary values are written. */
  dump(database: string, file: string): Promise<readonly string[]>;
  /** The folder of the logs, one of each process. */
  readonly logs: string;
  /** Ends a process; it stays away for `downMs`. Resolves when it is back. */
  kill(name: string, signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  untilAllUp(): Promise<void>;
  /** Workers that start from now on run the product of another root. */
  useForWorkers(product: string): void;
  stop(): Promise<void>;
}

/** The metrics of the service, and those of the SDK. */
const metricsPorts = [9464, 9465] as const;

const containerPorts: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432],
  temporal: [7233],
  'temporal-ui': [8080],
  api: [3000],
  sandbox: [4010],
};

/** A free port of the loopback for every port of the topology. */
export async function choosePorts(): Promise<Ports> {
  const ports: Record<string, Record<number, number>> = {};
  for (const [name, known] of Object.entries(containerPorts)) {
    ports[name] = {};
    for (const port of known) ports[name][port] = await steadyPort();
  }
  return ports;
}

/** Starts every service of the compose file as it says, and waits until all are up. Where that fails, nothing is left. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { compose, tools, ports, folder, say } = options;
  const incidents: Incident[] = [];
  const note = (incident: Omit<Incident, 'at'>) => void incidents.push({ at: Date.now(), ...incident });
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const logFile = (name: string) => join(logs, `${name}.log`);
  const stateFile = join(folder, 'sandbox.jsonl');
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const portOf = (name: string, port: number) => ports[name]![port]!;
  const supervisors: Supervisor[] = [];
  const checks: { readonly name: string; readonly options: HealthOptions }[] = [];
  const apis: string[] = [];
  const metrics: { name: string; url: string }[] = [];
  let workerProduct = options.product;
  const access = {
    programs: tools.postgres,
    port: portOf('postgres', 5432),
    environment: compose.services['postgres']!.environment,
  };

  const stop = () => stopAll(supervisors);
  async function start(service: Verified, found: ComposeService, name: string): Promise<void> {
    const own: Record<number, number> = { ...ports[service] };
    // The second cannot listen on the same port; Prometheus does not run here, so its metrics may have any port.
    if (service === 'api' && apis.length > 0) own[3000] = await steadyPort();
    if (service === 'api' || service === 'worker') {
      for (const port of metricsPorts) {
        own[port] = await steadyPort();
        metrics.push({ name, url: `${url(own[port])}/metrics` });
      }
    }
    const resolve = (path: string) => (path.startsWith('./') ? join(checkout, path) : path);
    const native = nativeOf({ service: found, ports, own, resolve });
    const health = native.health && {
      test: native.health,
      postgres: tools.postgres,
      postgresPort: portOf('postgres', 5432),
    };
    if (health) checks.push({ name, options: health });
    await runners[service]({ name, found, native, health, own });
  }

  interface Start {
    readonly name: string;
    readonly found: ComposeService;
    readonly native: Native;
    readonly health: HealthOptions | undefined;
    readonly own: Readonly<Record<number, number>>;
  }

  const keepUp = (
    name: string,
    start: () => Process | Promise<Process>,
    untilReady: (process: Process) => Promise<unknown>,
  ) => {
    const started = async () => {
      const process = await start();
      await process.started;
      return process;
    };
    supervisors.push(supervise({ target: name, start: started, untilReady }, note));
  };
  // HOME, so that no Temporal profile of the person who runs this is used.
  const run = (name: string, options: Pick<ProcessOptions, 'program' | 'args' | 'env' | 'cwd'>) =>
    startProcess({
      name,
      cwd: folder,
      logFile: logFile(name),
      ...options,
      env: { HOME: folder, ...options.env },
    });
  const node = ({ name, found, native }: Start, product: string, more: readonly string[] = []) => {
    const [, ...args] = native.args;
    const env = { LOG_LEVEL: 'info', ...readEnvFiles(found.env_file, folder), ...native.environment };
    return run(name, { args: [...args, ...more], env, cwd: product });
  };
  /** Runs a one-shot service to its end. */
  const once = async ({ name, native }: Start) => {
    const [program, ...args] = native.args;
    // The programs of the image come first.
    const PATH = [tools.sqlTools, dirname(tools.cli), process.env['PATH'] ?? ''].join(':');
    const ended = await run(name, { program, args, env: { ...native.environment, PATH } }).ended;
    if (ended.code !== 0) throw new Error(`${name} ended with ${endingText(ended)}, see ${logFile(name)}`);
  };

  const runners: Readonly<Record<Verified, (start: Start) => void | Promise<void>>> = {
    async postgres({ name, native, health }) {
      const { start } = await createPostgres({
        programs: tools.postgres,
        folder: join(folder, 'postgres'),
        port: portOf('postgres', 5432),
        environment: native.environment,
        logFile: logFile(name),
      });
      keepUp(name, start, (process) => untilHealthy(health!, process));
    },
    'temporal-schema': once,
    async temporal({ name, native, health }) {
      const env = { ...native.environment, ...(await temporalPorts(portOf('temporal', 7233))) };
      const options = { program: tools.temporalServer, args: ['--allow-no-auth', 'start'], env };
      keepUp(
        name,
        () => run(name, options),
        (process) => untilHealthy(health!, process),
      );
    },
    'temporal-namespace': once,
    'temporal-ui': ({ name, native }) => {
      const port = portOf('temporal-ui', 8080);
      const args = ['--root', dirname(tools.uiServer), '--env', 'docker', 'start'];
      const env = { ...native.environment, TEMPORAL_UI_PORT: `${port}` };
      keepUp(
        name,
        () => run(name, { program: tools.uiServer, args, env }),
        (process) => untilServing(url(port), process),
      );
    },
    api: (start) => {
      const address = url(start.own[3000]!);
      apis.push(address);
      keepUp(
        start.name,
        () => node(start, options.product),
        (process) => untilServing(`${address}/healthz`, process),
      );
    },
    worker: (start) =>
      keepUp(
        start.name,
        () => node(start, workerProduct),
        // Its health check says that it runs, this that it works.
        (process) => process.until(/"working"/),
      ),
    sandbox: (start) =>
      keepUp(
        start.name,
        () => node(start, options.sandbox, ['--state', stateFile]),
        (process) => untilServing(url(portOf('sandbox', 4010)), process),
      ),
  };

  try {
    for (const name of startOrder(compose, verified)) {
      const service = compose.services[name]!;
      const startedAt = Date.now();
      for (let copy = 1; copy <= (copies[name as Verified] ?? 1); copy++)
        await start(
          name as Verified,
          service,
          copies[name as Verified] === undefined ? name : `${name}-${copy}`,
        );
      await untilUp(supervisors);
      say(
        `${name}: ${service.restart ? 'up' : 'done'} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }

  let turn = 0;
  return {
    get api() {
      return apis[turn++ % apis.length]!;
    },
    apis,
    sandbox: url(portOf('sandbox', 4010)),
    temporal: `127.0.0.1:${portOf('temporal', 7233)}`,
    ui: url(portOf('temporal-ui', 8080)),
    metrics,
    stateFile,
    incidents,
    supervisors,
    health: () =>
      Promise.all(
        checks.map(async (check) => ({ name: check.name, problem: await checkHealth(check.options) })),
      ),
    databaseSizes: () => readDatabaseSizes(access),
    async dump(database, file) {
      await dumpDatabase(access, database, file);
      return readEncodings(access, database);
    },
    logs,
    async kill(name, signal, downMs) {
      const supervisor = supervisors.find(({ target }) => target === name)!;
      await supervisor.kill(signal, downMs);
      await untilUp([supervisor]);
    },
    untilAllUp: () => untilUp(supervisors),
    useForWorkers(product) {
      workerProduct = product;
    },
    stop,
  };
}

/** Free ports for what has a fixed one in its container: two runs on one machine must not share them. */
async function temporalPorts(frontend: number): Promise<Record<string, string>> {
  const names = [
    'FRONTEND_HTTP_PORT',
    'FRONTEND_MEMBERSHIP_PORT',
    'MATCHING_GRPC_PORT',
    'MATCHING_MEMBERSHIP_PORT',
    'HISTORY_GRPC_PORT',
    'HISTORY_MEMBERSHIP_PORT',
    'WORKER_GRPC_PORT',
    'WORKER_MEMBERSHIP_PORT',
  ];
  const ports: Record<string, string> = { FRONTEND_GRPC_PORT: `${frontend}` };
  for (const name of names) ports[name] = `${await steadyPort()}`;
  return ports;
}
