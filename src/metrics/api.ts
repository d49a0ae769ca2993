import type { Registry } from 'prom-client';
import type { AnsweredRequest } from '../api/plugins/metrics.ts';
import { catalog } from './catalog.ts';
import { counterOf, histogramOf } from './registry.ts';

// Bounds the labels, since callers can put any account into the URL of a hook.
const unknownAccount = 'unknown';

/** Counts the answers of the API. `accounts` are the ids that may be label values. */
export function createApiMeter(registry: Registry, accounts: readonly string[]) {
  const hooks = counterOf(registry, catalog.hooks);
  const http = histogramOf(registry, catalog.http);
  const known = new Set(accounts);
  // Starts at 0, since Prometheus sees an increase only against an earlier sample.
  for (const account of accounts) hooks.inc({ account, status: '202' }, 0);

  return {
    answered({ method, route, status, seconds, hookAccount }: AnsweredRequest): void {
      http.observe({ method, route, status }, seconds);
      if (hookAccount !== undefined)
        hooks.inc({ account: known.has(hookAccount) ? hookAccount : unknownAccount, status });
    },
  };
}
