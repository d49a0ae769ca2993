import type { Client } from '@temporalio/client';
import { explanationOf, type Explanation } from '../domain/order/explain.ts';
import { queries } from '../workflows/contract/messages.ts';
import { carryOf, type FoundRun } from './find.ts';
import { lookMs, withDeadline } from './with-deadline.ts';

/** Why an order stands where it stands; undefined where nothing is left that could tell: an operator ended the run. */
export async function explanationFor(
  client: Client,
  id: string,
  run: FoundRun,
  now: number,
): Promise<Explanation | undefined> {
  if (run.isRunning)
    return withDeadline(client, lookMs, () => client.workflow.getHandle(id).query(queries.explanation));
  const carry = await withDeadline(client, lookMs, () => carryOf(client, id, run));
  return carry && { ...explanationOf(carry, now), next: { what: 'closed', at: null } };
}
