import type { Client } from '@temporalio/client';
import limitConcurrency, { type LimitFunction } from 'p-limit';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { findRun, type FoundRun } from './find.ts';
import { lookMs, unavailable, withDeadline } from './with-deadline.ts';

/**
 * Looks orders up for those who read. They come as fast as clients poll, so no more looks are under way than the server
 * takes with ease: the hooks come first. Whoever waits for the same order shares one look, which begins after all of them
 * came: no answer is older than its question.
 */
export class OrderLookups {
  readonly #client: Client;
  readonly #capacity = new AdaptiveLimit();
  readonly #limit: LimitFunction = limitConcurrency(this.#capacity.limit);
  readonly #waiting = new Map<string, Promise<FoundRun | undefined>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest run of an order; undefined where the server has none. Throws an OrderError when there is no answer in time. */
  find(id: string): Promise<FoundRun | undefined> {
    const known = this.#waiting.get(id);
    if (known) return known;
    const until = Date.now() + lookMs;
    const look = this.#limit(() => {
      this.#waiting.delete(id);
      return this.#lookUp(id, until - Date.now());
    });
    this.#waiting.set(id, look);
    return look;
  }

  async #lookUp(id: string, leftMs: number): Promise<FoundRun | undefined> {
    // Nobody waits any more for one whose turn comes so late.
    if (leftMs <= 0) throw unavailable();
    const begun = performance.now();
    try {
      return await withDeadline(this.#client, leftMs, () => findRun(this.#client, id));
    } finally {
      const now = performance.now();
      this.#capacity.note(now - begun, now);
      this.#limit.concurrency = this.#capacity.limit;
    }
  }
}
