/** An act at a time of the plan. */
export interface Due {
  readonly at: number;
  readonly run: () => Promise<void>;
}

export interface ClockOptions {
  /** Whether too many calls are under way: the plan's time then stands still, so that a slow machine does the same in more time. */
  readonly isCrowded: () => boolean;
  readonly signal: AbortSignal;
}

const tickMs = 10;

/** Runs all acts in the order of their times. Resolves when all have ended, rejects with the first failure. */
export async function playDue(due: readonly Due[], { isCrowded, signal }: ClockOptions): Promise<void> {
  const queue = due.toSorted((a, b) => a.at - b.at);
  const running: Promise<void>[] = [];
  const failures: unknown[] = [];
  let now = 0;
  let last = Date.now();
  for (let next = 0; next < queue.length && failures.length === 0;) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    signal.throwIfAborted();
    const wall = Date.now();
    // A pause of the machine is no jump of the plan.
    if (!isCrowded()) now += Math.min(wall - last, 100);
    last = wall;
    for (; next < queue.length && queue[next]!.at <= now; next++) {
      running.push(queue[next]!.run().catch((error: unknown) => void failures.push(error)));
    }
  }
  if (failures.length === 0) await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
