import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { OrderCounts } from '../orders/order-counts.ts';
import { catalog } from './catalog.ts';
import { gaugeOf } from './registry.ts';

export interface OrderGaugeDependencies {
  readonly registry: Registry;
  readonly count: () => Promise<OrderCounts>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called when a count fails; the gauges keep their values. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** How long a scrape waits for a count under way; then it gets the last values. */
  readonly maxWaitMs?: number;
}

const countedEveryMs = 15_000;
const defaultMaxWaitMs = 2_000;

/**
 * Gauges: the number of orders and how long they wait, counted at a scrape, every 15 seconds at most. Returns the
 * function to call before each scrape; it resolves within `maxWaitMs` and never rejects.
 */
export function createOrderGauges({
  registry,
  count,
  now,
  onFailure = () => {},
  maxWaitMs = defaultMaxWaitMs,
}: OrderGaugeDependencies): () => Promise<void> {
  const orders = gaugeOf(registry, catalog.orders);
  const oldest = gaugeOf(registry, catalog.oldestPending);
  const escalations = gaugeOf(registry, catalog.escalations);
  const countedAt = gaugeOf(registry, catalog.countedAt);
  // Unregistered until the first count, since prom-client starts at 0, which would mean the year 1970.
  registry.removeSingleMetric(catalog.countedAt.name);
  let startedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  return async () => {
    if (!underWay && now() - startedAt >= countedEveryMs) underWay = refresh();
    if (!underWay) return;
    const patient = new AbortController();
    const late = delay(maxWaitMs, undefined, { signal: patient.signal }).catch(() => {});
    await Promise.race([underWay, late]);
    patient.abort();
  };

  async function refresh(): Promise<void> {
    startedAt = now();
    try {
      show(await count());
      countedAt.set(startedAt / 1_000);
      registry.registerMetric(countedAt);
    } catch (error) {
      onFailure(error);
    } finally {
      underWay = undefined;
    }
  }

  function show({ byStatus, oldestPendingSince, escalations: open }: OrderCounts): void {
    for (const { status, count: total } of byStatus) orders.set({ status }, total);
    for (const { account, since } of oldestPendingSince) {
      oldest.set({ account }, since === undefined ? 0 : Math.max(0, now() - since) / 1_000);
    }
    escalations.reset();
    for (const { account, reason, state, count: total } of open)
      escalations.set({ account, reason, state }, total);
  }
}
