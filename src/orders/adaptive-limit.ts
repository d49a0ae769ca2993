const least = 2;
const most = 64;
const start = 4;
// The floor is the fastest answer of the current window and the one before.
const windowMs = 30_000;
// Answers slower than this many floors mean that calls queue at the server.
const strained = 3;

/**
 * Limits the concurrent calls to a server by its latency: one more while answers are about as fast as the fastest, a
 * tenth less when calls begin to queue (additive increase, multiplicative decrease, as in RFC 5681).
 */
export class AdaptiveLimit {
  #limit = start;
  #floorMs = Number.POSITIVE_INFINITY;
  #earlierFloorMs = Number.POSITIVE_INFINITY;
  #windowEnd = 0;

  /** How many calls may be under way: between 2 and 64. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Notes how long a call took; `now` and `tookMs` are milliseconds of the same clock. */
  note(tookMs: number, now: number): void {
    if (now >= this.#windowEnd) {
      this.#earlierFloorMs = this.#floorMs;
      this.#floorMs = Number.POSITIVE_INFINITY;
      this.#windowEnd = now + windowMs;
    }
    this.#floorMs = Math.min(this.#floorMs, tookMs);
    const floorMs = Math.min(this.#floorMs, this.#earlierFloorMs);
    const next = tookMs > strained * floorMs ? this.#limit * 0.9 : this.#limit + 1 / this.#limit;
    this.#limit = Math.min(most, Math.max(least, next));
  }
}
