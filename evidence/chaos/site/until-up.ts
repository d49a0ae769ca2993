import { setTimeout as delay } from 'node:timers/promises';
import type { Keeper } from './keeper.ts';

const startDeadlineMs = 90_000;

/** Resolves when all of them serve; throws, with the names of those that do not, when that takes too long. */
export async function untilUp(keepers: readonly Keeper[]): Promise<void> {
  const late = new AbortController();
  const deadline = delay(startDeadlineMs, 'late' as const, { signal: late.signal, ref: false });
  const up = Promise.all(keepers.map((keeper) => keeper.untilUp()));
  if ((await Promise.race([up, deadline])) === 'late') {
    const away = keepers.filter((keeper) => keeper.state() !== 'up').map(({ target }) => target);
    throw new Error(`not up within ${startDeadlineMs / 1000} s: ${away.join(', ')}; see the logs`);
  }
  late.abort();
}
