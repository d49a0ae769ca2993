import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { startDevServer } from '../../../tools/temporal/dev-server.ts';
import { freePort } from '../../../tools/temporal/ports.ts';
import { prepareNamespace } from '../../../src/temporal/prepare.ts';
import type { Build } from '../build.ts';
import { describeMachine, type Machine } from '../machine.ts';
import { credentials, type Stage as ProviderStage } from '../processes/provider-stages.ts';
import { account, apiKey, hookToken, type VariantName } from '../variants/routes.ts';
import { readActions, type Actions } from './actions.ts';
import type { Process, Processes } from './processes.ts';

/** An account of the product: its id, and whatever of its patience is to differ. */
export interface StageAccount {
  readonly id: string;
  readonly patience: Readonly<Record<string, unknown>>;
}

/** What a case asks of its stage. */
export interface Play {
  /** By default one account with the product's default patience. */
  readonly accounts?: readonly StageAccount[] | undefined;
  /** Channels of the product, as its configuration has them. */
  readonly alerts?: readonly object[] | undefined;
  /** The server keeps what it knows in a file, not in memory. */
  readonly isOnDisk?: boolean | undefined;
}

export interface StageOptions extends Play {
  readonly cli: string;
  readonly build: Build;
  readonly processes: Processes;
  /** For what the stage writes; an empty folder within it. */
  readonly scratch: string;
  /** Where CPU profiles of APIs and workers go; none are taken without. */
  readonly profiles?: string | undefined;
}

export interface Api extends Process {
  readonly url: string;
}

export interface WorkerOptions {
  readonly nodeArgs?: readonly string[];
}

/** Where one case is played: a Temporal server, the provider and the client, and the variants as they are started. */
export interface Stage {
  readonly machine: Machine;
  readonly serverPid: number;
  /** For what the bench itself asks Temporal. */
  readonly client: Client;
  readonly provider: Process & { readonly url: string };
  readonly load: Process;
  setProvider(sessions: readonly string[], stage: ProviderStage): Promise<void>;
  actions(): Promise<Actions>;
  /** Any process of the build's, with the address of Temporal in its environment. */
  start(
    name: string,
    script: string,
    env?: Readonly<Record<string, string>>,
    nodeArgs?: readonly string[],
  ): Process;
  /** Answers once the API serves. */
  startApi(variant: VariantName | 'query-front', logLevel?: string): Promise<Api>;
  /** What an API is started with, for those who measure the start itself. */
  spawnApi(variant: VariantName | 'query-front', port: number, logLevel?: string): Process;
  startWorker(variant: VariantName | 'idle', options?: WorkerOptions): Process;
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

/** Sets a stage up; close it whatever has happened on it. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { cli, build, processes, scratch, profiles, accounts, alerts, isOnDisk } = options;
  const place = mkdtempSync(`${scratch}/stage-`);
  const metricsPort = await freePort();
  const flags = ['--metrics-port', `${metricsPort}`, ...(isOnDisk ? withoutSyncs : [])];
  const dbFile = isOnDisk ? `${place}/temporal.db` : undefined;
  const server = await startDevServer({ cli: withFlags(cli, flags, place), dbFile });
  const { client, connection, namespace } = await connectTemporal({ address: server.address });
  await prepareNamespace(connection, { namespace });

  const base = { TEMPORAL_ADDRESS: server.address };
  const running = new Set<Process>();
  const start: Stage['start'] = (name, script, env = {}, nodeArgs = []) => {
    const started = processes.start({
      name,
      script: build.script(script),
      env: { ...base, ...env },
      nodeArgs,
    });
    running.add(started);
    return started;
  };
  const provider = start('provider', 'evidence/bench/processes/provider.js');
  const providerUrl = await provider.call<string>('url');
  const configPath = `${place}/payments.yaml`;
  writeFileSync(configPath, configText(providerUrl, accounts ?? [{ id: account, patience: {} }], alerts));
  const own = { PAYMENTS_CONFIG: configPath, PROVIDER_URL: providerUrl };

  const stage: Stage = {
    machine: describeMachine(cli, server.pid),
    serverPid: server.pid,
    client,
    provider: Object.assign(provider, { url: providerUrl }),
    load: start('load', 'evidence/bench/processes/load.js'),
    setProvider: (sessions, to) => provider.call('setStage', { sessions, stage: to }),
    actions: () => readActions(`http://127.0.0.1:${metricsPort}/metrics`),
    start,
    spawnApi: (variant, port, logLevel = 'warn') =>
      start(
        `${variant} API`,
        scripts[variant].api,
        { ...own, PORT: `${port}`, LOG_LEVEL: logLevel },
        profiling(profiles, `${variant}-api`),
      ),
    async startApi(variant, logLevel) {
      const port = await freePort();
      const api = stage.spawnApi(variant, port, logLevel);
      const url = `http://127.0.0.1:${port}`;
      await untilServing(api, url);
      return Object.assign(api, { url });
    },
    startWorker: (variant, { nodeArgs = [] } = {}) =>
      start(`${variant} worker`, scripts[variant].worker, own, [
        ...nodeArgs,
        ...profiling(profiles, `${variant}-worker`),
      ]),
    async close() {
      await Promise.all([...running].filter((each) => !each.hasEnded()).map((each) => each.stop()));
      await connection.close();
      server.kill(); // nothing of it is kept, and an orderly end takes a second
      await server.stop();
    },
  };
  return stage;
}

/** A profile for each thread, in a folder of its own, once the process has ended. */
function profiling(folder: string | undefined, name: string): string[] {
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', `${folder}/${name}`];
}

// As memory would, it forgets what the system had not written: what is measured is not this disk.
const withoutSyncs = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=0'];

/** A CLI whose dev server gets these flags too: a port for its metrics that is known, and more. */
function withFlags(cli: string, flags: readonly string[], place: string): string {
  const path = `${place}/temporal`;
  writeFileSync(path, `#!/bin/sh\nexec '${cli}' "$@" ${flags.join(' ')}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** JSON is YAML too. */
function configText(
  baseUrl: string,
  accounts: readonly StageAccount[],
  alerts: readonly object[] = [],
): string {
  return JSON.stringify({
    alerts,
    accounts: accounts.map(({ id, patience }) => ({
      id,
      provider: 'briqpay',
      baseUrl,
      ...credentials,
      hookToken,
      // Orders are started by hooks here, thousands a minute.
      unregistered: { perMinute: 1_000_000 },
      ...patience,
    })),
    apiKeys: [{ name: 'bench', key: apiKey, scopes: ['read', 'write', 'ops'] }],
  });
}

const startDeadlineMs = 30_000;

async function untilServing(api: Process, url: string): Promise<void> {
  const deadline = AbortSignal.timeout(startDeadlineMs);
  for (;;) {
    const status = await fetch(`${url}/healthz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (api.hasEnded() || deadline.aborted) throw new Error(`${api.name} does not serve:\n${api.output()}`);
    await delay(20);
  }
}
