import type { Client } from '@temporalio/client';
import { timelineOf, type TimelineView } from '../../domain/view.ts';
import { queries } from '../../workflows/contract.ts';
import { carryOf, findRun } from './find.ts';
import { lookMs, within } from './within.ts';

/** An order's timeline: asked of the running workflow, which takes a worker, or read from what a closed one left. */
export async function timelineFor(client: Client, id: string): Promise<TimelineView | undefined> {
  const run = await within(client, lookMs, () => findRun(client, id));
  if (!run) return undefined;
  if (run.isRunning) {
    return within(client, lookMs, () => client.workflow.getHandle(id).query<TimelineView>(queries.timeline));
  }
  const carry = await within(client, lookMs, () => carryOf(client, id, run));
  return carry ? timelineOf(carry) : { entries: [], dropped: 0 };
}
