import type { Client } from '@temporalio/client';
import { explanationOf, type Explanation } from '../domain/order/explain.ts';
import { timelineOf, type TimelineView } from '../domain/order/view.ts';
import { queries } from '../workflows/contract/messages.ts';
import { carryOf, findRun, type FoundRun } from './find.ts';
import { lookupTimeoutMs, withDeadline } from './with-deadline.ts';

// What an order's memo lacks: its open run answers by a query, which takes a worker; a closed run left it in its result.

/** The timeline of an order; undefined where the server has no run of it. */
export async function timelineFor(client: Client, id: string): Promise<TimelineView | undefined> {
  const run = await withDeadline(client, lookupTimeoutMs, () => findRun(client, id));
  if (!run) return undefined;
  if (run.isRunning) {
    return withDeadline(client, lookupTimeoutMs, () =>
      client.workflow.getHandle(id).query<TimelineView>(queries.timeline),
    );
  }
  const carry = await withDeadline(client, lookupTimeoutMs, () => carryOf(client, id, run));
  return carry ? timelineOf(carry) : { entries: [], dropped: 0 };
}

/** Why an order has its status and what it waits for; undefined if an operator ended the run, so that it left no result. */
export async function explanationFor(
  client: Client,
  id: string,
  run: FoundRun,
  now: number,
): Promise<Explanation | undefined> {
  if (run.isRunning)
    return withDeadline(client, lookupTimeoutMs, () =>
      client.workflow.getHandle(id).query<Explanation>(queries.explanation),
    );
  const carry = await withDeadline(client, lookupTimeoutMs, () => carryOf(client, id, run));
  return carry && { ...explanationOf(carry, now), next: { what: 'closed', at: null } };
}
