import type { Client } from '@temporalio/client';
import { hookAccounts, type AccountReaders } from './accounts.ts';
import { createSweepActivities, type SweptOrders, type SweepActivities } from '../activities/sweep.ts';
import { findRun } from '../orders/find.ts';
import { originOfId } from '../orders/origin.ts';
import { reopenOrder } from '../orders/register.ts';
import { lookMs } from '../orders/with-deadline.ts';
import type { Config } from '../config/load.ts';
import type { Policy } from '../domain/escalation/policy.ts';
import type { Order } from '../domain/order/view.ts';
import { createStuckOrders } from '../orders/stuck-orders.ts';
import { isOfOneOrder } from '../orders/one-order.ts';
import { scheduleSweeps } from '../orders/schedules.ts';
import { orderMemo, workflowType } from '../workflows/contract/order-run.ts';
import { parseOrderId } from '../workflows/contract/ids.ts';
import { queries } from '../workflows/contract/messages.ts';
import { quote } from '../workflows/contract/visibility.ts';

const hour = 3_600_000;
// What was ended longer ago has been seen by an earlier sweep.
const lookBackMs = 7 * 24 * hour;
// A rung waits for a read, and a read for a provider.
const graceMs = hour;

/** Sees to it that the accounts are swept. Safe to repeat, also by several processes at once. */
export async function openSweeps(client: Client, { accounts, sweeps }: Config): Promise<void> {
  // One after another: there is no hurry, and a schedule is work for the server that orders would wait for.
  for (const { id } of accounts) await scheduleSweeps(client, id, sweeps);
}

/** What sweeps do outside of their workflows; `now` is epoch milliseconds. */
export function sweepActivities(
  client: Client,
  config: Config,
  { clientOf, breaker }: AccountReaders,
  now: () => number = Date.now,
): SweepActivities {
  return createSweepActivities({ orders: ordersOf(client, config, now), clientOf, breaker });
}

function ordersOf(client: Client, config: Config, now: () => number): SweptOrders {
  const known = new Map(hookAccounts(config).map((account) => [account.id, account]));
  const { recheck } = createStuckOrders(client);
  const idsOf = async (account: string, ...conditions: readonly string[]) => {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: queryOf(account, ...conditions) }))
      ids.push(workflowId);
    return [...new Set(ids)];
  };

  return {
    async *running(account) {
      for await (const { workflowId, memo } of client.workflow.list({ query: queryOf(account, running) })) {
        const order = memo?.[orderMemo] as Order | undefined;
        const target = parseOrderId(workflowId);
        if (order && target) yield { order, target };
      }
    },

    async gone(account, onLook) {
      const ended = `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`;
      const ids = await idsOf(account, ended, `CloseTime > ${time(now() - lookBackMs)}`);
      const gone: string[] = [];
      for (const id of ids) {
        const newest = await findRun(client, id);
        onLook();
        // A later run looks after it, or has ended by itself.
        if (newest && !newest.isRunning && !newest.isComplete) gone.push(id);
      }
      return gone;
    },

    failing: (account) => idsOf(account, running, 'TemporalReportedProblems IS NOT NULL'),

    async overdue(account, onLook) {
      const policy = known.get(account)?.policy;
      if (!policy) return [];
      const since = now() - firstRungOf(policy) - graceMs;
      const ids = await idsOf(account, running, `PendingSince < ${time(since)}`, 'EscalatedAt IS NULL');
      const overdue: string[] = [];
      for (const id of ids) {
        if (await isLate(client, id, now() - graceMs)) overdue.push(id);
        onLook();
      }
      return overdue;
    },

    async reopen(id) {
      const run = await findRun(client, id);
      if (!run || run.isRunning || run.isComplete) return false;
      return reopenOrder(client, originOfId(known, id), run, now());
    },

    recheck,
  };
}

/**
 * Whether what an order planned should have been done by then. Most that pend without an escalation wait as they should: a
 * person has resolved it, or their policy is an older and more patient one. Failing ones are found as failing.
 */
async function isLate(client: Client, id: string, by: number): Promise<boolean> {
  try {
    const { next } = await client.withDeadline(Date.now() + lookMs, () =>
      client.workflow.getHandle(id).query(queries.explanation),
    );
    return next.at !== null && Date.parse(next.at) < by;
  } catch (error) {
    if (isOfOneOrder(error)) return false;
    throw error;
  }
}

const running = `ExecutionStatus = 'Running'`;

function queryOf(account: string, ...conditions: readonly string[]): string {
  return [`WorkflowType = ${quote(workflowType)}`, `Account = ${quote(account)}`, ...conditions].join(
    ' AND ',
  );
}

/** When the most patient of its payment methods escalates at the latest, counted from the beginning of a reason. */
function firstRungOf({ pending, methods }: Policy): number {
  const ladders = [
    pending.escalate,
    ...Object.values(methods).flatMap(({ escalate }) => (escalate ? [escalate] : [])),
  ];
  return Math.max(...ladders.map(([first]) => first));
}

function time(at: number): string {
  return quote(new Date(at).toISOString());
}
