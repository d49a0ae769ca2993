import type { Client } from '@temporalio/client';
import type { Policy } from '../domain/escalation/policy.ts';
import type { Kind } from '../domain/money/payment.ts';
import type { Explanation } from '../domain/order/explain.ts';
import { type Order } from '../domain/order/view.ts';
import { iso } from '../domain/values.ts';
import { orderMemo } from '../workflows/contract/order-run.ts';
import { parseOrderId } from '../workflows/contract/ids.ts';
import { queries } from '../workflows/contract/messages.ts';
import { createDoublePayments } from './double-payments.ts';
import { findRun } from './find.ts';
import { isOrderFailure } from './order-failure.ts';
import { originOfId, type OrderAccount } from './origin.ts';
import { reopenOrder } from './register.ts';
import { createStuckOrders } from './stuck-orders.ts';
import { endedOrders, equals, hasFailingTasks, isBefore, isNotSet, openOrdersWhere } from './visibility.ts';
import { lookupTimeoutMs } from './with-deadline.ts';

const hour = 3_600_000;
// Earlier sweeps have handled the orders that ended before that.
const lookBackMs = 7 * 24 * hour;
// Allows for the read before an escalation, which may wait for its provider.
const graceMs = hour;

/** An order, and the payment to read at its provider. */
export interface OpenOrder {
  readonly order: Order;
  readonly target: { readonly kind: Kind; readonly key: string };
}

/** The orders of these accounts, for their sweeps. `now` is epoch milliseconds. */
export function createSweepOrders(client: Client, accounts: readonly OrderAccount[], now: () => number) {
  const known = new Map(accounts.map((account) => [account.id, account]));
  const { recheck } = createStuckOrders(client);
  const idsOf = async (query: string) => {
    const ids = new Set<string>();
    for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
    return [...ids];
  };

  return {
    /** Every order whose run is open. */
    async *running(account: string): AsyncIterable<OpenOrder> {
      const query = openOrdersWhere(equals('Account', account));
      for await (const { workflowId, memo } of client.workflow.list({ query })) {
        const order = memo?.[orderMemo] as Order | undefined;
        const target = parseOrderId(workflowId);
        if (order && target) yield { order, target };
      }
    },

    /** Ids of the orders whose last run was ended from outside, or failed. */
    async gone(account: string, onLook: () => void): Promise<readonly string[]> {
      const gone: string[] = [];
      for (const id of await idsOf(endedOrders(account, now() - lookBackMs))) {
        const newest = await findRun(client, id);
        onLook();
        // A later run watches the order, or has completed it.
        if (newest && !newest.isRunning && !newest.isComplete) gone.push(id);
      }
      return gone;
    },

    /** Ids of the orders whose workflow tasks keep failing. */
    failing: (account: string): Promise<readonly string[]> =>
      idsOf(openOrdersWhere(equals('Account', account), hasFailingTasks)),

    /** Ids of the orders that should have escalated and have not done what they planned. */
    async overdue(account: string, onLook: () => void): Promise<readonly string[]> {
      const policy = known.get(account)?.policy;
      if (!policy) return [];
      const since = now() - firstLevelAfter(policy) - graceMs;
      const query = openOrdersWhere(
        equals('Account', account),
        isBefore('PendingSince', iso(since)),
        isNotSet('EscalatedAt'),
      );
      const overdue: string[] = [];
      for (const id of await idsOf(query)) {
        if (await isLate(client, id, now() - graceMs)) overdue.push(id);
        onLook();
      }
      return overdue;
    },

    /** Opens a new run of an order that was ended; false where another process has done so. */
    async reopen(id: string): Promise<boolean> {
      const run = await findRun(client, id);
      if (!run || run.isRunning || run.isComplete) return false;
      return reopenOrder(client, originOfId(known, id), run, now());
    },

    recheck,

    /** Tells orders of one reference that are paid more than once of each other. */
    tellPaidTwice: createDoublePayments(client, known, now).tell,
  };
}

/**
 * Whether an order's next planned action is overdue at `by`. Most pending orders without an escalation wait rightly: a
 * person resolved them, or their policy is older and more patient. Orders with failing tasks are listed elsewhere.
 */
async function isLate(client: Client, id: string, by: number): Promise<boolean> {
  try {
    const { next } = await client.withDeadline(Date.now() + lookupTimeoutMs, () =>
      client.workflow.getHandle(id).query<Explanation>(queries.explanation),
    );
    return next.at !== null && Date.parse(next.at) < by;
  } catch (error) {
    if (isOrderFailure(error)) return false;
    throw error;
  }
}

/** After how long the most patient payment method escalates, milliseconds. */
function firstLevelAfter({ pending, methods }: Policy): number {
  const ladders = [
    pending.escalate,
    ...Object.values(methods).flatMap(({ escalate }) => (escalate ? [escalate] : [])),
  ];
  return Math.max(...ladders.map(([first]) => first));
}
