import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from '../../../tools/build-product.ts';
import { startProcess, type Process } from '../../../tools/process.ts';
import { findTemporalCli } from '../../../tools/temporal/cli.ts';
import { startDevServer } from '../../../tools/temporal/dev-server.ts';
import { steadyPort } from '../../../tools/temporal/ports.ts';
import { untilServing } from '../../kit/serving.ts';
import {
  stopAll,
  supervise,
  untilUp,
  type Incident,
  type Service,
  type State,
  type Supervised,
  type Supervisor,
} from '../../kit/supervisor.ts';
import type { Patience } from '../patience.ts';
import type { PlannedKill, PlannedFault, LinkName, Target } from '../plan/types.ts';
import { configText } from './config.ts';
import { openLink, type Fault, type Link } from './link.ts';

export interface ClusterOptions {
  /** The built product. */
  readonly dist: string;
  /** Where everything is written. */
  readonly folder: string;
  readonly patience: Patience;
  readonly say: (line: string) => void;
}

/** The four processes and the links between them. */
export interface Cluster {
  readonly api: string;
  readonly sandbox: string;
  /** The address of Temporal itself, without a link. */
  readonly temporal: string;
  readonly stateFile: string;
  readonly incidents: readonly Incident[];
  states(): Readonly<Record<Target, State>>;
  unasked(): Readonly<Record<Target, number>>;
  kill(kill: Pick<PlannedKill, 'target' | 'signal' | 'downMs'>): Promise<void>;
  /** Gives a link a fault; resolves when it is healed. */
  fail(fault: PlannedFault): Promise<void>;
  /** Heals every link and waits until all four are up. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

// A server suggests it after 4,096 events, which no order reaches in some minutes: so many orders continue in another history.
const settings = { 'limit.historyCount.suggestContinueAsNew': 150 };

/** Starts Temporal on a file, the sandbox with a state file, the API and the worker, each a process, and waits until all are up. */
export async function openCluster({ dist, folder, patience, say }: ClusterOptions): Promise<Cluster> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const incidents: Incident[] = [];
  const note = (incident: Omit<Incident, 'at'>) => void incidents.push({ at: Date.now(), ...incident });
  const { path: cli } = await findTemporalCli({ say });
  const ports = { temporal: await steadyPort(), sandbox: await steadyPort(), api: await steadyPort() };
  const upstream = { temporal: { port: ports.temporal }, sandbox: { port: ports.sandbox } };
  const links: Readonly<Record<LinkName, Link>> = {
    'api-temporal': await openLink(upstream.temporal),
    'worker-temporal': await openLink(upstream.temporal),
    'worker-provider': await openLink(upstream.sandbox),
  };
  const config = join(folder, 'payments.yaml');
  writeFileSync(config, configText(`http://127.0.0.1:${links['worker-provider'].port}`, patience));
  const stateFile = join(folder, 'sandbox.jsonl');
  const logFile = (name: string) => join(folder, 'logs', `${name}.log`);
  const urls = { api: `http://127.0.0.1:${ports.api}`, sandbox: `http://127.0.0.1:${ports.sandbox}` };

  const temporal: Service<Supervised> = {
    target: 'temporal',
    async start() {
      const server = await startDevServer({
        cli,
        port: ports.temporal,
        dbFile: join(folder, 'temporal.db'),
        logFile: logFile('temporal'),
        // No clock is moved here: with it timers fire to the hundredth of a second and not to the second.
        virtualTime: true,
        settings,
      });
      upstream.temporal.port = Number(server.address.split(':')[1]);
      const signal = (name: NodeJS.Signals) => (name === 'SIGKILL' ? server.kill() : void server.stop());
      return { signal, ended: server.ended };
    },
    untilReady: () => Promise.resolve(),
  };
  const node = (
    target: Target,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    untilReady: Service<Process>['untilReady'],
  ): Service<Process> => ({
    target,
    start: () =>
      Promise.resolve(
        // HOME, so that no Temporal profile of the person who runs this is used.
        startProcess({
          name: target,
          args,
          env: { HOME: folder, ...env },
          cwd: folder,
          logFile: logFile(target),
        }),
      ),
    untilReady,
  });
  const product = (link: LinkName) => ({
    PAYMENTS_CONFIG: config,
    TEMPORAL_ADDRESS: `127.0.0.1:${links[link].port}`,
  });
  const sandbox = node(
    'sandbox',
    [
      '--import',
      'tsx',
      join(checkout, 'sandbox/main.ts'),
      '--port',
      `${ports.sandbox}`,
      '--state',
      stateFile,
    ],
    {},
    (process) => process.until(/Ctrl-C ends it/),
  );
  const api = node(
    'api',
    [join(dist, 'server.js')],
    { ...product('api-temporal'), HOST: '127.0.0.1', PORT: `${ports.api}`, LOG_LEVEL: 'warn' },
    (process) => untilServing(`${urls.api}/healthz`, process),
  );
  const worker = node('worker', [join(dist, 'worker.js')], product('worker-temporal'), (process) =>
    process.until(/"working"/),
  );

  const supervisors: Supervisor[] = [supervise(temporal, note), supervise(sandbox, note)];
  const stop = async () => {
    await stopAll(supervisors);
    await Promise.all(Object.values(links).map((link) => link.close()));
  };
  try {
    await untilUp(supervisors);
    supervisors.push(supervise(worker, note), supervise(api, note));
    await untilUp(supervisors);
  } catch (error) {
    await stop();
    throw error;
  }
  const each = <T>(of: (supervisor: Supervisor) => T) =>
    Object.fromEntries(supervisors.map((one) => [one.target, of(one)])) as Record<Target, T>;
  const failing = new Map<LinkName, PlannedFault>();

  function heal(link: LinkName): void {
    if (!failing.delete(link)) return;
    links[link].heal();
    note({ what: 'healed', whom: link });
  }

  return {
    ...urls,
    get temporal() {
      return `127.0.0.1:${upstream.temporal.port}`;
    },
    stateFile,
    incidents,
    states: () => each((supervisor) => supervisor.state()),
    unasked: () => each((supervisor) => supervisor.unasked()),
    kill: ({ target, signal, downMs }) =>
      supervisors.find((supervisor) => supervisor.target === target)!.kill(signal, downMs),
    async fail(planned) {
      const { link, kind, forMs } = planned;
      heal(link);
      failing.set(link, planned);
      note({ what: 'faulted', whom: link, detail: kind });
      links[link].fail(faultOf(planned));
      await delay(forMs);
      // Another fault may have taken its place.
      if (failing.get(link) === planned) heal(link);
    },
    async calm() {
      [...failing.keys()].forEach(heal);
      await untilUp(supervisors);
    },
    stop,
  };
}

function faultOf({ kind, delayMs = 100 }: PlannedFault): Fault {
  return kind === 'delay' ? { kind, ms: delayMs } : { kind };
}
