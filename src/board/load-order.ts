import type { Client } from '@temporalio/client';
import type { Explanation } from '../domain/order/explain.ts';
import type { Order, TimelineView } from '../domain/order/view.ts';
import type { FoundRun } from '../orders/find.ts';
import { explanationFor, timelineFor } from '../orders/details.ts';
import { withDeadline } from '../orders/with-deadline.ts';
import { fingerprint } from './fingerprint.ts';

// The order itself needs no worker: its page does not wait for long where none answers.
const detailMs = 2_000;

/** What an order's page shows. What takes a worker is undefined while none answers. */
export interface OrderView {
  readonly order: Order;
  readonly runId: string;
  readonly isRunning: boolean;
  readonly timeline: TimelineView | undefined;
  readonly explanation: Explanation | undefined;
  /** Changes with anything above. */
  readonly version: string;
}

/** Looks up all that is known of an order whose newest run was found. */
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
  return { ...shown, version: fingerprint(shown) };
}
