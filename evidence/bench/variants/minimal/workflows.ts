import { condition, defineSignal, proxyActivities, setHandler, upsertMemo } from '@temporalio/workflow';
import type { Activities } from '../textbook/activities.ts';

export const hookSignal = defineSignal('hook');

const { readSession } = proxyActivities<Activities>({ startToCloseTimeout: '15s' });

/** The least that Temporal can do from a hook to what is visible: a signal, an activity, a memo. */
export async function minimalOrder(sessionId: string): Promise<void> {
  let waiting = 0;
  setHandler(hookSignal, () => void waiting++);
  for (;;) {
    await condition(() => waiting > 0);
    waiting -= 1;
    upsertMemo({ order: await readSession(sessionId) });
  }
}
