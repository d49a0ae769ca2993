import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** How long a run's history is. Bytes as the server counts them. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

/** The size of the newest run's history as it is now. */
export async function historySize(client: Client, workflowId: string): Promise<HistorySize> {
  const { historyLength: events, historySize: bytes = 0 } = await client.workflow
    .getHandle(workflowId)
    .describe();
  return { events, bytes };
}

const stillMs = 300;

/** The size once the run is idle: no new event for a while, and no task under way. */
export async function untilStill(client: Client, workflowId: string): Promise<HistorySize> {
  let last = await historySize(client, workflowId);
  let unchangedSince = performance.now();
  for (;;) {
    const isStill = performance.now() - unchangedSince > stillMs;
    if (isStill && !(await isBusy(client, workflowId))) return last;
    await delay(20);
    const next = await historySize(client, workflowId);
    if (next.events !== last.events) unchangedSince = performance.now();
    last = next;
  }
}

async function isBusy(client: Client, workflowId: string): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return Boolean(raw.pendingWorkflowTask) || (raw.pendingActivities?.length ?? 0) > 0;
}

/** How many signals a run has in its history. */
export async function signalsOf(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}
