import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { freePort } from '../../../tools/temporal/ports.ts';
import { startPreparedServer } from '../../../tools/temporal/prepared-server.ts';
import { startCallee, type Callee } from '../../kit/calls.ts';
import { untilServing } from '../../kit/serving.ts';
import type { Build } from '../build.ts';
import { describeMachine, type Machine } from '../machine.ts';
import { credentials, type Stage } from '../processes/provider-stages.ts';
import { account, apiKey, hookToken, type VariantName } from '../variants/routes.ts';
import { readActions, type Actions } from './actions.ts';

/** An account of the product, with what differs from the default policy. */
export interface TestbedAccount {
  readonly id: string;
  readonly policy: Readonly<Record<string, unknown>>;
}

/** What a case asks of its testbed. */
export interface TestbedSettings {
  /** By default one account with the product's default policy. */
  readonly accounts?: readonly TestbedAccount[] | undefined;
  /** Alert channels of the product, as its configuration has them. */
  readonly alerts?: readonly object[] | undefined;
  /** The server keeps its state in a file, not in memory. */
  readonly isOnDisk?: boolean | undefined;
}

export interface TestbedOptions extends TestbedSettings {
  readonly cli: string;
  readonly build: Build;
  /** The testbed writes into a folder of its own within this one. */
  readonly scratch: string;
  /** Where CPU profiles of APIs and workers go; none are taken without. */
  readonly profiles?: string | undefined;
}

export interface Api extends Callee {
  readonly url: string;
}

interface WorkerOptions {
  readonly nodeArgs?: readonly string[];
}

/** Where a case runs: a Temporal server, the provider, the client that sends and measures, and the variants that are started. */
export interface Testbed {
  readonly machine: Machine;
  readonly serverPid: number;
  /** For what the bench itself asks Temporal. */
  readonly client: Client;
  readonly provider: Api;
  readonly load: Callee;
  setProvider(sessions: readonly string[], stage: Stage): Promise<void>;
  actions(): Promise<Actions>;
  /** Starts a script of the build, with the address of Temporal in its environment. */
  start(
    name: string,
    script: string,
    env?: Readonly<Record<string, string>>,
    nodeArgs?: readonly string[],
  ): Callee;
  /** Answers once the API serves. */
  startApi(variant: VariantName | 'query-front', logLevel?: string): Promise<Api>;
  /** Starts the process of an API, for a case that measures the start itself. */
  spawnApi(variant: VariantName | 'query-front', port: number, logLevel?: string): Callee;
  startWorker(variant: VariantName | 'idle', options?: WorkerOptions): Callee;
  close(): Promise<void>;
}

const scripts = {
  product: { api: 'src/server.js', worker: 'src/worker.js' },
  textbook: {
    api: 'evidence/bench/variants/textbook/api.js',
    worker: 'evidence/bench/variants/textbook/worker.js',
  },
  minimal: {
    api: 'evidence/bench/variants/minimal/api.js',
    worker: 'evidence/bench/variants/minimal/worker.js',
  },
  'query-front': { api: 'evidence/bench/variants/query-front/api.js' },
  idle: { worker: 'evidence/bench/variants/idle/worker.js' },
} as const;

// As in memory, what the system had not written is lost: the disk is not what is measured.
const withoutSyncs = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=0'];

/** The caller closes it. Where it cannot be opened, everything that was started is ended. */
export async function openTestbed(options: TestbedOptions): Promise<Testbed> {
  const { cli, build, scratch, profiles, accounts, alerts, isOnDisk = false } = options;
  const place = mkdtempSync(`${scratch}/testbed-`);
  const metricsPort = await freePort();
  const server = await startPreparedServer({
    cli,
    flags: ['--metrics-port', `${metricsPort}`, ...(isOnDisk ? withoutSyncs : [])],
    dbFile: isOnDisk ? `${place}/temporal.db` : undefined,
  });
  const running = new Set<Callee>();
  const start: Testbed['start'] = (name, script, env = {}, nodeArgs = []) => {
    const args = [...nodeArgs, build.script(script)];
    const started = startCallee({ name, args, env: { TEMPORAL_ADDRESS: server.address, ...env } });
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };
  const close = async () => {
    await Promise.all([...running].map((each) => each.stop()));
    await server.stop();
  };
  try {
    const provider = start('provider', 'evidence/bench/processes/provider.js');
    const url = await provider.call<string>('url');
    const configPath = `${place}/payments.yaml`;
    writeFileSync(configPath, configText(url, accounts ?? [{ id: account, policy: {} }], alerts));
    const own = { PAYMENTS_CONFIG: configPath, PROVIDER_URL: url };

    const spawnApi: Testbed['spawnApi'] = (variant, port, logLevel = 'warn') =>
      start(
        `${variant} API`,
        scripts[variant].api,
        { ...own, PORT: `${port}`, LOG_LEVEL: logLevel },
        profiling(profiles, `${variant}-api`),
      );
    return {
      machine: describeMachine(cli, server.pid),
      serverPid: server.pid,
      client: server.client,
      provider: { ...provider, url },
      load: start('load', 'evidence/bench/processes/load.js'),
      setProvider: (sessions, stage) => provider.call('setStage', { sessions, stage }),
      actions: () => readActions(`http://127.0.0.1:${metricsPort}/metrics`),
      start,
      spawnApi,
      async startApi(variant, logLevel) {
        const port = await freePort();
        const api = { ...spawnApi(variant, port, logLevel), url: `http://127.0.0.1:${port}` };
        await untilServing(`${api.url}/healthz`, api, { everyMs: 20, deadlineMs: 30_000 });
        return api;
      },
      startWorker: (variant, { nodeArgs = [] } = {}) =>
        start(`${variant} worker`, scripts[variant].worker, own, [
          ...nodeArgs,
          ...profiling(profiles, `${variant}-worker`),
        ]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Node writes a profile of each thread into a folder of its own, when the process ends. */
function profiling(folder: string | undefined, name: string): string[] {
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', `${folder}/${name}`];
}

/** JSON is YAML too. */
function configText(
  baseUrl: string,
  accounts: readonly TestbedAccount[],
  alerts: readonly object[] = [],
): string {
  return JSON.stringify({
    alerts,
    accounts: accounts.map(({ id, policy }) => ({
      id,
      provider: 'briqpay',
      baseUrl,
      ...credentials,
      hookToken,
      // Hooks start orders here, thousands a minute.
      unregistered: { perMinute: 1_000_000 },
      ...policy,
    })),
    apiKeys: [{ name: 'bench', key: apiKey, scopes: ['read', 'write', 'ops'] }],
  });
}
