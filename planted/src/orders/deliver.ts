import type { Client } from '@temporalio/client';
import type { Hint } from '../domain/order/hints.ts';
import type { OrderStart } from '../domain/order/state.ts';
import type { Terms } from '../domain/money/payment.ts';
import type { Order } from '../domain/order/view.ts';
import { carryOf, findRun, type FoundRun } from './find.ts';
import type { Origin } from './origin.ts';
import { runStart } from './run-start.ts';
import { isNotFound, signalHint, signalWithStartHint } from './signals.ts';

/** One hint on its way to its order. */
export interface Delivery {
  readonly start: Origin;
  readonly hint: Hint;
  /** Copies of one hook within five minutes share it. */
  readonly requestId: string;
  /** When the hook came in, epoch milliseconds. */
  readonly at: number;
}

/** Counts orders that hooks nobody registered have started: `take` refuses by throwing, `giveBack` undoes one. */
export interface StartBudget {
  take(account: string): Promise<void>;
  giveBack(account: string): Promise<void>;
}

/**
 * Makes a hint durable: signals the running order, and only where there is none, signals with a start. When it returns,
 * the server has it; when it throws, nothing is claimed.
 */
export async function deliverHint(client: Client, delivery: Delivery, budget: StartBudget): Promise<void> {
  const { start, hint, requestId, at } = delivery;
  const { id, account } = start.identity;
  try {
    return await signalHint(client, id, hint, requestId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const run = await findRun(client, id);
  // Somebody else opened it in between.
  if (run?.isRunning) return deliverHint(client, delivery, budget);
  if (run) {
    const next = await nextRun(client, start, run);
    await signalWithStartHint(client, runStart(next, at), hint, requestId);
    return;
  }
  await budget.take(account);
  let isNew = false;
  try {
    ({ isNew } = await signalWithStartHint(client, runStart(start, at), hint, requestId));
  } finally {
    // Only what the server confirms as new counts.
    if (!isNew) await budget.giveBack(account);
  }
}

/** The start of a run that goes on from one that closed; what a terminated run leaves is in its memo alone. */
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
