import type { Client } from '@temporalio/client';
import limitConcurrency, { type LimitFunction } from 'p-limit';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { findRun, type FoundRun } from './find.ts';
import { lookupTimeoutMs, unavailable, withDeadline } from './with-deadline.ts';

/**
 * Looks up orders for requests that read. Clients poll, so the number of concurrent lookups adapts to the server, which
 * must stay free for hooks. Requests for one order share a lookup that starts after all of them arrived: no answer is
 * older than its request.
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
    const until = Date.now() + lookupTimeoutMs;
    const lookup = this.#limit(() => {
      this.#waiting.delete(id);
      return this.#lookUp(id, until - Date.now());
    });
    this.#waiting.set(id, lookup);
    return lookup;
  }

  async #lookUp(id: string, leftMs: number): Promise<FoundRun | undefined> {
    // The request has timed out while it waited for its turn.
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
