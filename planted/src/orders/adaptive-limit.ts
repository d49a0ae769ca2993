const least = 2;
const most = 64;
const start = 4;
// The floor is the quickest answer of the last one to two of these.
const windowMs = 30_000;
// Answers that take so many times the floor wait for each other.
const strained = 3;

/**
 * How many calls a server takes at once with ease: one more while answers come about as quickly as they ever do, a tenth
 * less when they begin to wait for each other (additive increase, multiplicative decrease, as in RFC 5681). It knows
 * nothing of the server's size or distance.
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

  /** Notes how long a call took; `now` and `tookMs` are of one clock, in milliseconds. */
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
