import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from './activities.ts';
import type { SessionState, Status } from '../session.ts';

export interface Hook {
  readonly id: string;
  readonly event: string;
  readonly status: string;
}

export interface OrderInput {
  readonly sessionId: string;
  readonly escalateAfterMs: number;
  readonly expected?: { readonly amount: number; readonly currency: string };
  readonly reference?: string;
  /** From the run before, where this one goes on from it. */
  readonly carried?: {
    readonly order: Order;
    readonly seen: readonly string[];
    readonly queue: readonly Hook[];
  };
}

export interface Order {
  readonly sessionId: string;
  readonly status: Status;
  readonly session?: SessionState;
  readonly escalated: boolean;
  readonly expected?: { readonly amount: number; readonly currency: string };
  readonly reference?: string;
}

export const hookSignal = defineSignal<[Hook]>('hook');
export const orderQuery = defineQuery<Order>('order');
export const orderStatus = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);
const needsAttention = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);

const { readSession } = proxyActivities<Activities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '5s' },
});

const final: readonly Status[] = ['refunded', 'rejected', 'cancelled'];

/** One order: each hook is a reason to read the session once; a pending payment escalates by a timer. */
export async function textbookOrder(input: OrderInput): Promise<Order> {
  const { sessionId, expected, reference, escalateAfterMs, carried } = input;
  let order: Order = carried?.order ?? {
    sessionId,
    status: 'created',
    escalated: false,
    ...(expected && { expected }),
    ...(reference !== undefined && { reference }),
  };
  const queue: Hook[] = [...(carried?.queue ?? [])];
  const seen = new Set<string>(carried?.seen);
  setHandler(orderQuery, () => order);
  setHandler(hookSignal, (hook) => {
    if (seen.has(hook.id)) return;
    seen.add(hook.id);
    queue.push(hook);
  });

  while (!final.includes(order.status)) {
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof textbookOrder>({ ...input, carried: { order, seen: [...seen], queue } });
    const isWaiting = order.status === 'pending' && !order.escalated;
    const hasHook = isWaiting
      ? await condition(() => queue.length > 0, escalateAfterMs)
      : await condition(() => queue.length > 0).then(() => true);
    if (!hasHook) {
      order = { ...order, escalated: true };
      upsertSearchAttributes([{ key: needsAttention, value: true }]);
      continue;
    }
    queue.shift();
    const { status, ...session } = await readSession(sessionId);
    if (status !== order.status) upsertSearchAttributes([{ key: orderStatus, value: status }]);
    order = { ...order, status, session };
  }
  return order;
}
