import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findTemporalCli } from '../../../tools/temporal/cli.ts';
import { checkout } from '../checkout.ts';
import { startDevServer } from '../../../tools/temporal/dev-server.ts';
import type { Patience } from '../patience.ts';
import type { PlannedKill, PlannedTrouble, Road, Target } from '../plan/types.ts';
import { startChild, type Child, type PrintingChild } from './child.ts';
import { configText } from './config.ts';
import { keep, type Incident, type Keeper, type Service, type State } from './keeper.ts';
import { steadyPort } from './ports.ts';
import { openProxy, type Proxy, type Trouble } from './proxy.ts';
import { untilUp } from './until-up.ts';

export interface SiteOptions {
  /** The built product. */
  readonly dist: string;
  /** Where everything is written. */
  readonly folder: string;
  readonly patience: Patience;
  readonly say: (line: string) => void;
}

/** The four processes and the roads between them. */
export interface Site {
  readonly api: string;
  readonly sandbox: string;
  /** Where Temporal is, past the roads. */
  readonly temporal: string;
  readonly stateFile: string;
  readonly incidents: readonly Incident[];
  states(): Readonly<Record<Target, State>>;
  unasked(): Readonly<Record<Target, number>>;
  kill(kill: Pick<PlannedKill, 'target' | 'signal' | 'downMs'>): Promise<void>;
  /** Troubles a road; resolves when it is healed. */
  trouble(trouble: PlannedTrouble): Promise<void>;
  /** Heals every road and waits until all four are up. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Temporal on a file, the sandbox with a state file, the API and the worker, each a process, and waits until all are up. */
export async function openSite({ dist, folder, patience, say }: SiteOptions): Promise<Site> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const incidents: Incident[] = [];
  const note = (incident: Omit<Incident, 'at'>) => void incidents.push({ at: Date.now(), ...incident });
  const cli = await findTemporalCli({ say });
  const wrapper = wrapCli(cli.path, join(folder, 'temporal-cli'));
  const ports = { temporal: await steadyPort(), sandbox: await steadyPort(), api: await steadyPort() };
  const upstream = { temporal: { port: ports.temporal }, sandbox: { port: ports.sandbox } };
  const proxies: Readonly<Record<Road, Proxy>> = {
    'api-temporal': await openProxy(upstream.temporal),
    'worker-temporal': await openProxy(upstream.temporal),
    'worker-provider': await openProxy(upstream.sandbox),
  };
  const config = join(folder, 'payments.yaml');
  writeFileSync(config, configText(`http://127.0.0.1:${proxies['worker-provider'].port}`, patience));
  const stateFile = join(folder, 'sandbox.jsonl');
  const logFile = (name: string) => join(folder, 'logs', `${name}.log`);
  const urls = { api: `http://127.0.0.1:${ports.api}`, sandbox: `http://127.0.0.1:${ports.sandbox}` };

  const node = (name: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
    startChild({ args, env, cwd: folder, logFile: logFile(name) });
  const productEnv = (road: Road) => ({
    PAYMENTS_CONFIG: config,
    TEMPORAL_ADDRESS: `127.0.0.1:${proxies[road].port}`,
    // No profile of whoever runs this.
    HOME: folder,
  });

  const temporal: Service<Child> = {
    target: 'temporal',
    async spawn() {
      const server = await startDevServer({
        cli: wrapper,
        port: ports.temporal,
        dbFile: join(folder, 'temporal.db'),
        logFile: logFile('temporal'),
        // Nobody moves a clock here: with it timers ring to the hundredth of a second and not to the second.
        virtualTime: true,
      });
      upstream.temporal.port = Number(server.address.split(':')[1]);
      return {
        pid: server.pid,
        signal: (signal) => (signal === 'SIGKILL' ? server.kill() : void server.stop()),
        ended: untilGone(server.pid),
      };
    },
    isReady: () => Promise.resolve(true),
  };
  const sandbox: Service<PrintingChild> = {
    target: 'sandbox',
    spawn: () =>
      node(
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
      ),
    isReady: (child) => child.prints('Ctrl-C ends it'),
  };
  const api: Service<PrintingChild> = {
    target: 'api',
    spawn: () =>
      node('api', [join(dist, 'server.js')], {
        ...productEnv('api-temporal'),
        HOST: '127.0.0.1',
        PORT: `${ports.api}`,
        LOG_LEVEL: 'warn',
      }),
    isReady: (child) => answers(`${urls.api}/healthz`, child),
  };
  const worker: Service<PrintingChild> = {
    target: 'worker',
    spawn: () => node('worker', [join(dist, 'worker.js')], productEnv('worker-temporal')),
    isReady: (child) => child.prints('"working"'),
  };

  const keepers: Keeper[] = [keep(temporal, note), keep(sandbox, note)];
  const stop = async () => {
    // In reverse, so that nothing complains of what it stands on.
    for (const keeper of keepers.toReversed()) await keeper.stop();
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  };
  try {
    await untilUp(keepers);
    keepers.push(keep(worker, note), keep(api, note));
    await untilUp(keepers);
  } catch (error) {
    await stop();
    throw error;
  }
  const keeperOf = (target: Target) => keepers.find((keeper) => keeper.target === target)!;
  const each = <T>(of: (keeper: Keeper) => T) =>
    Object.fromEntries(keepers.map((keeper) => [keeper.target, of(keeper)])) as Record<Target, T>;
  const troubled = new Map<Road, PlannedTrouble>();

  function heal(road: Road): void {
    if (!troubled.delete(road)) return;
    proxies[road].heal();
    note({ what: 'healed', whom: road });
  }

  return {
    ...urls,
    get temporal() {
      return `127.0.0.1:${upstream.temporal.port}`;
    },
    stateFile,
    incidents,
    states: () => each((keeper) => keeper.state()),
    unasked: () => each((keeper) => keeper.unasked()),
    kill: ({ target, signal, downMs }) => keeperOf(target).kill(signal, downMs),
    async trouble(planned) {
      const { road, kind, forMs } = planned;
      heal(road);
      troubled.set(road, planned);
      note({ what: 'troubled', whom: road, detail: kind });
      proxies[road].trouble(troubleOf(planned));
      await delay(forMs);
      // Another trouble may have taken its place.
      if (troubled.get(road) === planned) heal(road);
    },
    async calm() {
      [...troubled.keys()].forEach(heal);
      await untilUp(keepers);
    },
    stop,
  };
}

// A server suggests it after 4,096 events, which no order of some minutes comes to.
const longestHistory = 150;

/** The CLI with one more setting: orders are told to continue in another history early, so that many of them do. */
function wrapCli(cli: string, file: string): string {
  const setting = `--dynamic-config-value limit.historyCount.suggestContinueAsNew=${longestHistory}`;
  writeFileSync(file, `#!/bin/sh\nexec '${cli}' "$@" ${setting}\n`, { mode: 0o755 });
  return file;
}

function troubleOf({ kind, delayMs = 100 }: PlannedTrouble): Trouble {
  return kind === 'delay' ? { kind, ms: delayMs } : { kind };
}

async function untilGone(pid: number): Promise<string> {
  while (isAlive(pid)) await delay(20);
  return 'gone';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether it answers before it ends. */
async function answers(url: string, child: Child): Promise<boolean> {
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    if (await Promise.race([child.ended, delay(50, undefined)])) return false;
  }
}
