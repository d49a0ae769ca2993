import { setTimeout as delay } from 'node:timers/promises';

/** How long a test looks for what must come, in milliseconds: less than its own limit, so that it can say what it saw. */
export const patienceMs = 120_000;

// A look is often a request: many a second would take the machine from what they wait for.
const longestPauseMs = 200;

/** Looks again and again, ever less often, until it is so, and answers what it found. Throws with the last look when patience ends. */
export async function until<T>(look: () => T | Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > deadline) throw new Error(`not so in time: ${JSON.stringify(found)}`);
    await delay(pauseMs);
  }
}
