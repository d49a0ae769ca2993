import { LRUCache } from 'lru-cache';

const maxEntries = 200;
// A result that took one second to load is shared two seconds longer, so that a slow server is asked less often.
const ttlPerLoadTime = 2;

/** Shares one result among requests for the same key: many pages poll, and most of them ask for the same. */
export class RequestCache<T extends object | number> {
  readonly #results: LRUCache<string, T, () => Promise<T>>;

  constructor(ttlMs: number, clock: { now(): number } = performance) {
    this.#results = new LRUCache<string, T, () => Promise<T>>({
      max: maxEntries,
      ttl: ttlMs,
      ttlResolution: 0,
      perf: clock,
      // A load whose entry is evicted meanwhile still answers its callers.
      ignoreFetchAbort: true,
      async fetchMethod(_key, _stale, { context: load, options }) {
        const startedAt = clock.now();
        const result = await load();
        options.ttl = ttlMs + ttlPerLoadTime * (clock.now() - startedAt);
        return result;
      },
    });
  }

  /** A result that is fresh or being loaded, else a new one by `load`. A failed load is not kept. */
  get(key: string, load: () => Promise<T>): Promise<T> {
    return this.#results.forceFetch(key, { context: load });
  }
}
