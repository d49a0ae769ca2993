import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../../chaos/checkout.ts';
import { startChild, type Child } from '../../chaos/site/child.ts';
import { keep, type Incident, type Keeper } from '../../chaos/site/keeper.ts';
import { steadyPort } from '../../chaos/site/ports.ts';
import { untilUp } from '../../chaos/site/until-up.ts';
import { startOrder, type Compose, type ComposeService } from '../compose/compose.ts';
import { readEnvFiles } from '../compose/env-file.ts';
import { nativeOf, type Native, type Ports } from '../compose/native.ts';
import { copies, verified, type Verified } from '../services.ts';
import type { Tools } from '../tools/find.ts';
import { checkHealth, untilAnswering, untilHealthy, type HealthOptions } from './health.ts';
import { runOnce } from './once.ts';
import {
  createPostgres,
  dumpDatabase,
  readDatabaseSizes,
  readEncodings,
  type DatabaseSize,
} from './postgres.ts';

export interface SiteOptions {
  readonly compose: Compose;
  readonly tools: Tools;
  readonly ports: Ports;
  /** Where everything is written, and where the files are that stand beside the compose file. */
  readonly folder: string;
  /** The root of the built product: it holds `dist`. */
  readonly product: string;
  readonly say: (line: string) => void;
}

/** The production topology, up. */
export interface Site {
  /** The one of the two APIs whose turn it is. */
  readonly api: string;
  readonly apis: readonly string[];
  readonly sandbox: string;
  readonly temporal: string;
  readonly ui: string;
  /** Where Prometheus would scrape. */
  readonly metrics: readonly { readonly name: string; readonly url: string }[];
  /** Every state that a payment had at the sandbox. */
  readonly stateFile: string;
  readonly incidents: readonly Incident[];
  readonly keepers: readonly Keeper[];
  /** Runs every health check of the compose file once; answers what failed. */
  health(): Promise<readonly { readonly name: string; readonly problem: string | undefined }[]>;
  /** What the databases of Temporal take on the disk. */
  databaseSizes(): Promise<readonly DatabaseSize[]>;
  /** Dumps a database into a file; answers how Temporal says that its binary values there are written. */
  dump(database: string, file: string): Promise<readonly string[]>;
  /** The log of each process, by its name. */
  readonly logs: string;
  /** Ends a process; it stays away for `downMs`. Resolves when it is back. */
  kill(name: string, signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  untilAllUp(): Promise<void>;
  /** Workers that start from now on run the product of another root. */
  useForWorkers(product: string): void;
  stop(): Promise<void>;
}

/** What the service tells, and what the SDK does. */
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
export async function openSite(options: SiteOptions): Promise<Site> {
  const { compose, tools, ports, folder, say } = options;
  const incidents: Incident[] = [];
  const note = (incident: Omit<Incident, 'at'>) => void incidents.push({ at: Date.now(), ...incident });
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const logFile = (name: string) => join(logs, `${name}.log`);
  const stateFile = join(folder, 'sandbox.jsonl');
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const portOf = (name: string, port: number) => ports[name]![port]!;
  const keepers: Keeper[] = [];
  const checks: { readonly name: string; readonly options: HealthOptions }[] = [];
  const apis: string[] = [];
  const metrics: { name: string; url: string }[] = [];
  let workerProduct = options.product;
  const access = {
    programs: tools.postgres,
    port: portOf('postgres', 5432),
    environment: compose.services['postgres']!.environment,
  };

  const stop = async () => {
    // In reverse, so that nothing complains of what it stands on.
    for (const keeper of keepers.toReversed()) await keeper.stop();
  };
  async function start(service: Verified, found: ComposeService, name: string): Promise<void> {
    const own: Record<number, number> = { ...ports[service] };
    // A second one cannot have the same; nobody asks for its metrics by a name.
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

  const keepUp = (name: string, spawn: () => Promise<Child>, isReady: (child: Child) => Promise<boolean>) =>
    void keepers.push(keep({ target: name, spawn, isReady }, note));
  const programOf =
    (name: string, program: string, args: readonly string[], env: Native['environment']) => () =>
      startChild({ program, args, env: { HOME: folder, ...env }, cwd: folder, logFile: logFile(name) });
  const nodeOf = ({ name, found, native }: Start, product: () => string, more: readonly string[] = []) => {
    const [, ...args] = native.args;
    return () =>
      startChild({
        args: [...args, ...more],
        // No profile of whoever runs this.
        env: {
          HOME: folder,
          LOG_LEVEL: 'info',
          ...readEnvFiles(found.env_file, folder),
          ...native.environment,
        },
        cwd: product(),
        logFile: logFile(name),
      });
  };
  const once = ({ name, native }: Start) =>
    runOnce({
      args: native.args,
      env: { HOME: folder, ...native.environment },
      programs: [tools.sqlTools, dirname(tools.cli)],
      cwd: folder,
      logFile: logFile(name),
    });

  const runners: Readonly<Record<Verified, (start: Start) => Promise<void>>> = {
    async postgres({ name, native, health }) {
      const { spawn } = await createPostgres({
        programs: tools.postgres,
        folder: join(folder, 'postgres'),
        port: portOf('postgres', 5432),
        environment: native.environment,
        logFile: logFile(name),
      });
      keepUp(name, spawn, (child) => untilHealthy(health!, child));
    },
    'temporal-schema': once,
    async temporal({ name, native, health }) {
      const env = { ...native.environment, ...(await temporalPorts(portOf('temporal', 7233))) };
      const spawn = programOf(name, tools.temporalServer, ['--allow-no-auth', 'start'], env);
      keepUp(name, spawn, (child) => untilHealthy(health!, child));
    },
    'temporal-namespace': once,
    'temporal-ui': ({ name, native }) => {
      const port = portOf('temporal-ui', 8080);
      const env = { ...native.environment, TEMPORAL_UI_PORT: `${port}` };
      const args = ['--root', dirname(tools.uiServer), '--env', 'docker', 'start'];
      keepUp(name, programOf(name, tools.uiServer, args, env), (child) => untilAnswering(url(port), child));
      return Promise.resolve();
    },
    api: (start) => {
      const address = url(start.own[3000]!);
      apis.push(address);
      const spawn = nodeOf(start, () => options.product);
      keepUp(start.name, spawn, (child) => untilAnswering(`${address}/healthz`, child));
      return Promise.resolve();
    },
    worker: (start) => {
      keepUp(
        start.name,
        nodeOf(start, () => workerProduct),
        // Its health says that it runs, this that it works.
        (child) => (child as Awaited<ReturnType<typeof startChild>>).prints('"working"'),
      );
      return Promise.resolve();
    },
    sandbox: (start) => {
      const spawn = nodeOf(start, () => options.product, ['--state', stateFile]);
      keepUp(start.name, spawn, (child) => untilAnswering(url(portOf('sandbox', 4010)), child));
      return Promise.resolve();
    },
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
      await untilUp(keepers);
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
    keepers,
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
      const keeper = keepers.find(({ target }) => target === name)!;
      await keeper.kill(signal, downMs);
      await untilUp([keeper]);
    },
    untilAllUp: () => untilUp(keepers),
    useForWorkers(product) {
      workerProduct = product;
    },
    stop,
  };
}

/** In a container the others are nobody's concern; on one machine two runs must not share them. */
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
