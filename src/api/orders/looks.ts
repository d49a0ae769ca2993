import type { Client } from '@temporalio/client';
import limitConcurrency, { type LimitFunction } from 'p-limit';
import { findRun, type FoundRun } from './find.ts';
import { lookMs, unavailable, within } from './within.ts';

// More do not make reads faster, they only take the server from the hooks.
const looksAtOnce = 4;

/**
 * Looks orders up for those who read. They come as fast as clients poll, so only a few looks are under way at once; whoever
 * waits for the same order shares one, which begins after all of them came: no answer is older than its question.
 */
export class Looks {
  readonly #client: Client;
  readonly #limit: LimitFunction = limitConcurrency(looksAtOnce);
  readonly #waiting = new Map<string, Promise<FoundRun | undefined>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest run of an order; undefined where the server has none. Throws a Problem when there is no answer in time. */
  look(id: string): Promise<FoundRun | undefined> {
    const known = this.#waiting.get(id);
    if (known) return known;
    const until = Date.now() + lookMs;
    const look = this.#limit(() => {
      this.#waiting.delete(id);
      const leftMs = until - Date.now();
      // Nobody waits any more for one whose turn comes so late.
      if (leftMs <= 0) throw unavailable();
      return within(this.#client, leftMs, () => findRun(this.#client, id));
    });
    this.#waiting.set(id, look);
    return look;
  }
}
