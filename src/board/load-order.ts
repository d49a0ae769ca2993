import type { Client } from '@temporalio/client';
import type { Explanation } from '../domain/order/explain.ts';
import type { Order, TimelineView } from '../domain/order/view.ts';
import type { FoundRun } from '../orders/find.ts';
import { explanationFor, timelineFor } from '../orders/details.ts';
import { withDeadline } from '../orders/with-deadline.ts';
import { versionOf } from './polling.ts';

// Short, since only the timeline and the explanation need a worker: without one the page shows the rest.
const detailMs = 2_000;

/** The content of an order's page. What needs a worker is undefined while no worker answers. */
export interface OrderView {
  readonly order: Order;
  readonly runId: string;
  readonly isRunning: boolean;
  readonly timeline: TimelineView | undefined;
  readonly explanation: Explanation | undefined;
  /** A hash of everything above. */
  readonly version: string;
}

/** Loads the page of an order. `run` is its newest run. */
export async function loadOrder(
  client: Client,
  run: FoundRun & { readonly order: Order },
  now: number,
): Promise<OrderView> {
  const { order, runId, isRunning } = run;
  const [timeline, explanation] = await Promise.all([
    withDeadline(client, detailMs, () => timelineFor(client, order.id)).catch(() => undefined),
    withDeadline(client, detailMs, () => explanationFor(client, order.id, run, now)).catch(() => undefined),
  ]);
  const shown = { order, runId, isRunning, timeline, explanation };
  return { ...shown, version: versionOf(shown) };
}
