import { setTimeout as delay } from 'node:timers/promises';
import type { Keyring } from '../secrecy/keyring.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { lanes, prepareBurst, type Burst, type BurstCall } from './burst.ts';

/** A part of the run with its beginning and its end. Epoch milliseconds. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Hooks must come meanwhile. */
  readonly isBusy: boolean;
}

/** A process that was asked to end during a burst of hooks, and how it ended. */
export interface Drain {
  readonly name: string;
  readonly signalledAt: number;
  readonly endedAt: number;
  /** How the process ended. */
  readonly how: string;
  readonly calls: readonly BurstCall[];
  readonly orderIds: readonly string[];
}

export interface Disturbed {
  readonly windows: readonly Window[];
  readonly drains: readonly Drain[];
  /** When the last process was restarted for a key. Epoch milliseconds. */
  readonly rotatedAt: number;
}

export interface DisturbOptions {
  readonly cluster: Cluster;
  /** The root of the product with the changed workflow. */
  readonly changed: string;
  /** Begins with k1. */
  readonly keyring: Keyring;
  /** Called once a key is current everywhere. */
  readonly onKey: (key: string) => Promise<void>;
  readonly isShort: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Disturbs the cluster while hooks come: kills, an upgrade of the workers, orderly ends, and two rotations of the key. A key is
 * known everywhere before the first process encrypts with it; the kills, the upgrade and the orderly ends restart everything anyway.
 */
export async function disturb(options: DisturbOptions): Promise<Disturbed> {
  const { cluster, changed, keyring, onKey, isShort, signal, say } = options;
  const windows: Window[] = [];
  const drains: Drain[] = [];
  const rest = (ms: number) => delay(isShort ? ms / 2 : ms, undefined, { signal });
  const during = async (name: string, act: () => Promise<void>, { isBusy = true } = {}) => {
    say(name);
    const from = Date.now();
    await act();
    windows.push({ name, from, to: Date.now(), isBusy });
    await rest(4_000);
  };
  const restart = (...names: readonly string[]) => {
    const all = async () => void (await Promise.all(names.map((name) => cluster.kill(name, 'SIGTERM', 0))));
    return during(`restart of ${names.join(' and ')}`, all, { isBusy: false });
  };
  const killed = isShort ? killedInShort : killedAll;

  await rest(8_000);
  keyring.turn('k1', ['k1', 'k2']);
  for (const { name, downMs } of killed)
    await during(name === 'postgres' ? 'immediate stop of postgres' : `kill -9 of ${name}`, () =>
      cluster.kill(name, 'SIGKILL', downMs),
    );

  if (isShort) await restart('api-2', 'worker-2');

  cluster.useForWorkers(changed);
  keyring.turn('k2', ['k1', 'k2', 'k3']);
  for (const name of ['worker-1', 'worker-2'])
    await during(`upgrade of ${name}`, () => cluster.kill(name, 'SIGTERM', 0));
  for (const name of ['api-1', 'api-2']) await restart(name);
  await onKey('k2');

  keyring.turn('k3', ['k1', 'k2', 'k3']);
  await restart('api-2', 'worker-2');
  for (const name of ['api-1', 'worker-1']) {
    const burst = await prepareBurst(cluster.sandbox, `drain-${name}`, isShort ? 100 : 200);
    await during(
      `SIGTERM to ${name} under a burst`,
      async () => void drains.push(await drain(cluster, name, burst)),
    );
  }
  const rotatedAt = Date.now();
  await onKey('k3');
  return { windows, drains, rotatedAt };
}

// Hooks need Temporal and its database: these stay away long enough for some hooks to be answered meanwhile.
const killedAll = [
  { name: 'api-1', downMs: 2_000 },
  { name: 'worker-1', downMs: 2_000 },
  { name: 'temporal', downMs: 8_000 },
  { name: 'api-2', downMs: 2_000 },
  { name: 'worker-2', downMs: 2_000 },
  { name: 'postgres', downMs: 8_000 },
] as const;

const killedInShort = killedAll.filter(({ name }) => !name.endsWith('-2'));

/** Ends one process in order while a burst goes to it, and to the other where it is away. */
async function drain(cluster: Cluster, name: string, burst: Burst): Promise<Drain> {
  const [first, second] = cluster.apis as readonly [string, string];
  const isApi = name.startsWith('api');
  // Half of the first attempts go to the API that ends; a proxy would have noticed by the second attempt.
  let [asked, turn] = [0, 0];
  let warmUp = () => {};
  const isWarm = new Promise<void>((resolve) => (warmUp = resolve));
  const firing = burst.fire((attempt) => {
    asked += 1;
    if (asked === 2 * lanes) warmUp();
    if (!isApi) return cluster.api;
    return attempt > 1 || turn++ % 2 === 1 ? second : first;
  });
  // A process cannot answer a connection that it has not accepted, so every lane has had an answer before the signal.
  await Promise.race([isWarm, firing]);
  const signalledAt = Date.now();
  await cluster.kill(name, 'SIGTERM', 1_000);
  const calls = await firing;
  const ended = cluster.incidents.findLast(({ what, whom }) => what === 'ended' && whom === name)!;
  return { name, signalledAt, endedAt: ended.at, how: ended.detail ?? '', calls, orderIds: burst.orderIds };
}
