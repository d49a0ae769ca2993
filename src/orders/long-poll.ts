import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import type { OrderLookups } from './order-lookups.ts';

const timeoutCodes = [1, 4];
// The server does not wait for events of a closed run, so the order is looked up from time to time.
const closedLookupEveryMs = 1_000;

/**
 * Waits until an order's sequence has passed `after`; undefined after `waitMs`. It long-polls the history, so a waiting
 * client costs nothing until something happens.
 */
export async function waitForChange(
  client: Client,
  lookups: OrderLookups,
  id: string,
  {
    after,
    waitMs,
    signal,
  }: { readonly after: number; readonly waitMs: number; readonly signal: AbortSignal },
): Promise<Order | undefined> {
  const until = Date.now() + waitMs;
  const left = aborted(signal);
  let token: Uint8Array | null = null;
  while (!signal.aborted) {
    const run = await lookups.find(id);
    if (run?.order && run.order.sequence > after) return run.order;
    if (!run || Date.now() >= until) return undefined;
    if (run.isRunning) token = await nextEvents(client, id, token, until, left);
    else {
      token = null;
      await pause(Math.min(closedLookupEveryMs, until - Date.now()), signal);
    }
  }
  return undefined;
}

/** Waits until the history has grown, or until `until`. Returns the page token to continue from. */
async function nextEvents(
  client: Client,
  workflowId: string,
  token: Uint8Array | null,
  until: number,
  left: Promise<undefined>,
): Promise<Uint8Array | null> {
  try {
    const call = client.withDeadline(until, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution: { workflowId },
        nextPageToken: token,
        waitNewEvent: true,
      }),
    );
    // The native connection takes no abort signal: when the caller leaves, the call goes on until its deadline.
    const page = await Promise.race([call, left]);
    if (!page) return token;
    const { history, nextPageToken } = page;
    // The next run has its own history.
    const isOver = history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    return isOver || !nextPageToken?.length ? null : nextPageToken;
  } catch (error) {
    if (timeoutCodes.includes((error as { code?: number }).code ?? -1)) return token;
    throw error;
  }
}

/** Waits; ends early, without an error, when the caller leaves. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
