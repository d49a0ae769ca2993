import { setTimeout as delay } from 'node:timers/promises';

const lookMs = 200;
const sayMs = 5_000;
const stillMs = 120_000;

/**
 * Waits until a count has reached `total`, or has not grown for two minutes; says how far it is every five seconds.
 * Answers the count.
 */
export async function untilCounted(
  count: () => Promise<number>,
  total: number,
  say: (line: string) => void,
): Promise<number> {
  const startedAt = performance.now();
  let [last, grownAt, saidAt] = [-1, startedAt, startedAt];
  for (;;) {
    const now = await count();
    const at = performance.now();
    if (now >= total) return now;
    if (now !== last) [last, grownAt] = [now, at];
    if (at - grownAt > stillMs) return now;
    if (at - saidAt > sayMs) {
      saidAt = at;
      say(`${now}/${total} after ${((at - startedAt) / 1000).toFixed(0)} s`);
    }
    await delay(lookMs);
  }
}
