import type { Registry } from 'prom-client';
import type { AnsweredRequest } from '../api/plugins/metrics.ts';
import { catalog } from './catalog.ts';
import { counterOf, histogramOf } from './registry.ts';

// So that nobody outside chooses a label: addresses are guessed at all the time.
const nobody = 'unknown';

/** Counts what the API answers. `accounts` are the ids that may stand in a label. */
export function createApiMeter(registry: Registry, accounts: readonly string[]) {
  const hooks = counterOf(registry, catalog.hooks);
  const http = histogramOf(registry, catalog.http);
  const known = new Set(accounts);
  // A rate can only be told of what was there before it rose.
  for (const account of accounts) hooks.inc({ account, status: '202' }, 0);

  return {
    answered({ method, route, status, seconds, hookAccount }: AnsweredRequest): void {
      http.observe({ method, route, status }, seconds);
      if (hookAccount !== undefined)
        hooks.inc({ account: known.has(hookAccount) ? hookAccount : nobody, status });
    },
  };
}
