import { LRUCache } from 'lru-cache';

const most = 200;
// A server that needs a second for an answer is asked for it every fifth one.
const effort = 2;

/** Shares one answer among those who ask the same within a moment: pages poll, and many of them ask alike. */
export class RequestCache<T> {
  readonly #answers: LRUCache<string, Promise<T>>;
  readonly #ttlMs: number;
  readonly #clock: { now(): number };

  constructor(ttlMs: number, clock: { now(): number } = performance) {
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#answers = new LRUCache({ max: most, ttl: ttlMs, ttlResolution: 0, perf: clock });
  }

  /** An answer that is not older than the moment, or a new one. One that took long is shared for longer. */
  get(question: string, answer: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known) return known;
    const begun = this.#clock.now();
    const made = answer();
    // However long it takes, nobody needs to ask a second time.
    this.#answers.set(question, made, { ttl: 0 });
    made.then(
      () => this.#answers.set(question, made, { ttl: this.#ttlMs + effort * (this.#clock.now() - begun) }),
      // A failure is no answer to share.
      () => this.#answers.delete(question),
    );
    return made;
  }
}
