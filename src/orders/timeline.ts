import type { Client } from '@temporalio/client';
import { timelineOf, type TimelineView } from '../domain/order/view.ts';
import { queries } from '../workflows/contract/messages.ts';
import { carryOf, findRun } from './find.ts';
import { lookMs, withDeadline } from './with-deadline.ts';

/** An order's timeline: asked of the running workflow, which takes a worker, or read from what a closed one left. */
export async function timelineFor(client: Client, id: string): Promise<TimelineView | undefined> {
  const run = await withDeadline(client, lookMs, () => findRun(client, id));
  if (!run) return undefined;
  if (run.isRunning) {
    return withDeadline(client, lookMs, () => client.workflow.getHandle(id).query(queries.timeline));
  }
  const carry = await withDeadline(client, lookMs, () => carryOf(client, id, run));
  return carry ? timelineOf(carry) : { entries: [], dropped: 0 };
}
