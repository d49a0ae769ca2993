import { setTimeout as delay } from 'node:timers/promises';
import type { Site } from '../site/site.ts';
import { prepareBurst, type Burst, type BurstCall } from './burst.ts';

/** A part of the run with its beginning and its end. Epoch milliseconds. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What was asked to end under a burst of hooks, and how that went. */
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
}

export interface DisturbOptions {
  readonly site: Site;
  /** The root of the product with the changed workflow. */
  readonly changed: string;
  readonly isShort: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What is done to the site while hooks come: kills, an upgrade of the workers, and orderly ends. */
export async function disturb({ site, changed, isShort, signal, say }: DisturbOptions): Promise<Disturbed> {
  const windows: Window[] = [];
  const drains: Drain[] = [];
  const rest = (ms: number) => delay(isShort ? ms / 2 : ms, undefined, { signal });
  const during = async (name: string, act: () => Promise<void>) => {
    say(name);
    const from = Date.now();
    await act();
    windows.push({ name, from, to: Date.now() });
    await rest(4_000);
  };
  const killed = isShort ? killedInShort : killedAll;

  await rest(8_000);
  for (const { name, downMs } of killed)
    await during(name === 'postgres' ? 'immediate stop of postgres' : `kill -9 of ${name}`, () =>
      site.kill(name, 'SIGKILL', downMs),
    );

  site.useForWorkers(changed);
  for (const name of ['worker-1', 'worker-2'])
    await during(`upgrade of ${name}`, () => site.kill(name, 'SIGTERM', 0));

  for (const name of ['api-1', 'worker-1']) {
    const burst = await prepareBurst(site.sandbox, `drain-${name}`, isShort ? 60 : 200);
    await during(
      `SIGTERM to ${name} under a burst`,
      async () => void drains.push(await drain(site, name, burst)),
    );
  }
  return { windows, drains };
}

// The two that hooks cannot do without stay away long enough for some to be sent and answered meanwhile.
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
async function drain(site: Site, name: string, burst: Burst): Promise<Drain> {
  const [first, second] = site.apis as readonly [string, string];
  const isApi = name.startsWith('api');
  // Its first attempt goes to the one that ends, as from a provider that does not know; then a proxy would have noticed.
  let turn = 0;
  const firing = burst.fire((attempt) => {
    if (!isApi) return site.api;
    return attempt > 1 || turn++ % 2 === 1 ? second : first;
  });
  await delay(60);
  const signalledAt = Date.now();
  await site.kill(name, 'SIGTERM', 1_000);
  const calls = await firing;
  const ended = site.incidents.findLast(({ what, whom }) => what === 'ended' && whom === name)!;
  return { name, signalledAt, endedAt: ended.at, how: ended.detail ?? '', calls, orderIds: burst.orderIds };
}
