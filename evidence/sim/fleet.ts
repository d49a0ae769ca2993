import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Lot, LotDone } from './child.ts';
import { Figures } from './figures.ts';
import type { Lived } from './life/life.ts';

export interface FleetOptions {
  readonly bundle: string;
  readonly seeds: Iterator<number>;
  readonly jobs: number;
  /** No new lives after this, epoch milliseconds. */
  readonly until: number;
  /** Stop at the first that fails. */
  readonly stop: boolean;
  readonly onProgress: (lives: number, failed: readonly Lived[]) => void;
}

export interface FleetResult {
  readonly figures: Figures;
  readonly failed: readonly Lived[];
  /** The seeds that met a known deviation, by its name. */
  readonly deviating: Readonly<Record<string, readonly number[]>>;
  readonly elapsedMs: number;
}

const lotSize = 10;

/** Lives seeds in several processes. What comes of a seed does not depend on which of them lives it. */
export async function runFleet({
  bundle,
  seeds,
  jobs,
  until,
  stop,
  onProgress,
}: FleetOptions): Promise<FleetResult> {
  const figures = new Figures();
  const failed: Lived[] = [];
  const deviating: Record<string, number[]> = {};
  const begun = performance.now();
  let lives = 0;

  const nextLot = (): Lot | undefined => {
    if ((stop && failed.length > 0) || Date.now() >= until) return undefined;
    const lot: number[] = [];
    // One at a time where the first that fails is looked for.
    while (lot.length < (stop ? 1 : lotSize)) {
      const { value, done } = seeds.next();
      if (done) break;
      lot.push(value);
    }
    return lot.length > 0 ? { seeds: lot } : undefined;
  };
  const take = ({ lived, counts }: LotDone): void => {
    figures.add(counts);
    lives += lived.length;
    for (const { seed, known } of lived) for (const name of known) (deviating[name] ??= []).push(seed);
    failed.push(...lived.filter(({ breaches }) => breaches.length > 0));
    onProgress(lives, failed);
  };

  await Promise.all(Array.from({ length: jobs }, () => work(bundle, nextLot, take)));
  failed.sort((a, b) => a.seed - b.seed);
  return { figures, failed, deviating, elapsedMs: performance.now() - begun };
}

/** One process: gives it lots until there are none left. Rejects where it ends by itself. */
function work(bundle: string, nextLot: () => Lot | undefined, take: (done: LotDone) => void): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [bundle], {
    execArgv: ['--import', 'tsx'],
    serialization: 'json',
  });
  return new Promise((resolve, reject) => {
    let isDone = false;
    const give = () => {
      const lot = nextLot();
      if (lot) return child.send(lot);
      isDone = true;
      return child.disconnect();
    };
    child.on('message', (message: LotDone | { readonly isReady: true }) => {
      if ('lived' in message) take(message);
      give();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (isDone) resolve();
      else reject(new Error(`a process of the simulator ended by itself (${signal ?? code})`));
    });
  });
}
