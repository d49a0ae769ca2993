import type { SearchAttributePair } from '@temporalio/common';
import { openOrder, type OrderStart } from '../domain/order/state.ts';
import { viewOf, type Order } from '../domain/order/view.ts';
import { accountPriority, orderQueue } from '../workflows/contract/queues.ts';
import { projectionVersion } from '../workflows/contract/projection.ts';
import { attributesOf } from '../workflows/contract/search-attributes.ts';
import { orderMemo, workflowType } from '../workflows/contract/order-run.ts';

/** The start of an order's run. Its memo shows the order before the first task has run. */
export interface RunStart {
  readonly workflowId: string;
  readonly workflowType: typeof workflowType;
  readonly taskQueue: typeof orderQueue;
  readonly args: [OrderStart];
  readonly memo: { readonly [orderMemo]: Order };
  readonly searchAttributes: SearchAttributePair[];
  readonly staticSummary: string;
  readonly staticDetails: string;
  readonly priority: ReturnType<typeof accountPriority>;
}

/** The run for a start. With a carry it continues an earlier run, and its memo shows what that run knew. */
export function runStart(begin: OrderStart, now: number): RunStart {
  const start: OrderStart = {
    ...(!begin.carry && { openedAt: now }),
    ...begin,
    projection: projectionVersion,
  };
  const { id, account, provider, kind } = start.identity;
  const state = openOrder(start, now);
  return {
    workflowId: id,
    workflowType,
    taskQueue: orderQueue,
    args: [start],
    memo: { [orderMemo]: viewOf(state) },
    // A start has no values to clear.
    searchAttributes: attributesOf(state, projectionVersion).filter(
      (pair): pair is SearchAttributePair => pair.value !== null,
    ),
    staticSummary: `${provider} ${kind} at ${account}`,
    staticDetails: 'One payment. The current details show its status, why it waits and what happens next.',
    priority: accountPriority(account),
  };
}
