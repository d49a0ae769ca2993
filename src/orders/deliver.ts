import type { Client } from '@temporalio/client';
import type { Hint } from '../domain/order/hints.ts';
import type { OrderStart } from '../domain/order/state.ts';
import type { Terms } from '../domain/money/payment.ts';
import type { Order } from '../domain/order/view.ts';
import { carryOf, findRun, type FoundRun } from './find.ts';
import type { Origin } from './origin.ts';
import { runStart } from './run-start.ts';
import { signals } from '../workflows/contract/messages.ts';
import { isNotFound, signalOrder, signalWithStart } from './signals.ts';

/** A hint to deliver to its order. */
export interface Delivery {
  readonly start: Origin;
  readonly hint: Hint;
  /** The same for all copies of a hook within five minutes. */
  readonly requestId: string;
  /** When the hook came in, epoch milliseconds. */
  readonly at: number;
}

/** Limits how many unregistered orders hooks may start: `take` throws once there are too many, `giveBack` undoes a `take`. */
export interface StartBudget {
  take(account: string): Promise<void>;
  giveBack(account: string): Promise<void>;
}

/**
 * Makes a hint durable: signals the open run of the order, or starts one with the signal. When this returns, Temporal
 * has the hint; when it throws, Temporal may have it.
 */
export async function deliverHint(client: Client, delivery: Delivery, budget: StartBudget): Promise<void> {
  const { start, hint, requestId, at } = delivery;
  const { id, account } = start.identity;
  const signal = { signal: signals.hint, body: hint, requestId };
  try {
    return await signalOrder(client, id, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const run = await findRun(client, id);
  // Another call has opened the order meanwhile.
  if (run?.isRunning) return deliverHint(client, delivery, budget);
  if (run) {
    const next = await nextRun(client, start, run);
    await signalWithStart(client, runStart(next, at), signal);
    return;
  }
  await budget.take(account);
  let isNew = false;
  try {
    ({ isNew } = await signalWithStart(client, runStart(start, at), signal));
  } finally {
    // The budget counts an order only if the server confirms that this call started it.
    if (!isNew) await budget.giveBack(account);
  }
}

/** The start of a run that continues a closed one. Of a run that was terminated, only the memo is left. */
export async function nextRun(client: Client, start: Origin, closed: FoundRun): Promise<OrderStart> {
  const carry = await carryOf(client, start.identity.id, closed);
  if (carry) return { ...start, carry };
  if (!closed.order) return start;
  const { sequence, createdAt } = closed.order;
  const terms = termsIn(closed.order);
  return { ...start, sequence, openedAt: Date.parse(createdAt), ...(terms && { terms }) };
}

function termsIn({ reference, amounts: { expected, currency } }: Order): Terms | undefined {
  if (expected === undefined || currency === undefined) return undefined;
  return { ...(reference !== undefined && { reference }), expected: { amount: expected, currency } };
}
