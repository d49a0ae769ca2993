import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * The one timer of an order. It is set for a moment and left alone while it rings early enough: waking once for nothing
 * costs less history than re-arming at every change.
 */
export class LazyTimer {
  #at: number | undefined;
  #scope: CancellationScope | undefined;

  get hasFired(): boolean {
    return this.#at === undefined;
  }

  /** Makes sure that the alarm rings by then; `summary` is what the Temporal UI shows beside the timer. */
  fireBy(at: number, now: number, summary: string): void {
    if (this.#at !== undefined && this.#at <= at) return;
    this.#scope?.cancel();
    const scope = new CancellationScope();
    this.#scope = scope;
    this.#at = at;
    void scope
      .run(() => sleep(Math.max(1, at - now), { summary }))
      .then(() => (this.#at = undefined), throwSurprise);
  }
}

/** A replaced alarm is cancelled; anything else is a surprise. */
function throwSurprise(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
