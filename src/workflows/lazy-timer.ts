import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * The one timer of an order. A timer that fires before the wanted time is left alone: one wake-up in vain costs less history
 * than a new timer at every change.
 */
export class LazyTimer {
  #at: number | undefined;
  #scope: CancellationScope | undefined;

  get hasFired(): boolean {
    return this.#at === undefined;
  }

  /** Makes the timer fire by `at` (epoch milliseconds); the Temporal UI shows `summary` beside it. */
  fireBy(at: number, now: number, summary: string): void {
    if (this.#at !== undefined && this.#at <= at) return;
    this.#scope?.cancel();
    const scope = new CancellationScope();
    this.#scope = scope;
    this.#at = at;
    void scope
      .run(() => sleep(Math.max(1, at - now), { summary }))
      .then(() => (this.#at = undefined), throwUnlessCancelled);
  }
}

/** Replacing a timer cancels it, so a cancellation is no error. */
function throwUnlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
