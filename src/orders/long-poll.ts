import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import type { OrderLookups } from './order-lookups.ts';

const timeoutCodes = [1, 4];
// The history of a closed run is answered at once, so only a look tells that the order was opened again.
const closedLookMs = 1_000;

/**
 * Waits until an order's sequence has passed `after`, for `waitMs` at most; undefined when it did not. The server's
 * history long-poll carries the wait, so a waiting client costs nothing until something happens.
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
      await pause(Math.min(closedLookMs, until - Date.now()), signal);
    }
  }
  return undefined;
}

/** Returns with the place to go on from when the history has grown, or at the end of the wait. */
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
    // The native connection takes no abort signal: a caller that leaves is let go, and the call runs out by itself.
    const page = await Promise.race([call, left]);
    if (!page) return token;
    const { history, nextPageToken } = page;
    // The next run has a history of its own.
    const isOver = history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    return isOver || !nextPageToken?.length ? null : nextPageToken;
  } catch (error) {
    if (timeoutCodes.includes((error as { code?: number }).code ?? -1)) return token;
    throw error;
  }
}

/** Ends early, and not in an error, when the caller leaves. */
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
