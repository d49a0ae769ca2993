import type { Client } from '@temporalio/client';
import { createSweepActivities, type SweepActivities } from '../activities/sweep.ts';
import type { Config } from '../config/load.ts';
import { scheduleSweeps } from '../orders/schedules.ts';
import { createSweepOrders } from '../orders/sweep-orders.ts';
import { hookAccounts, type AccountReaders } from './accounts.ts';

/** Schedules the sweeps of every account. Safe to repeat, also by several processes at once. */
export async function openSweeps(client: Client, { accounts, sweeps }: Config): Promise<void> {
  // One after another: nothing waits for a schedule, and the server has orders to serve.
  for (const { id } of accounts) await scheduleSweeps(client, id, sweeps);
}

/** The activities of the sweeps; `now` is epoch milliseconds. */
export function sweepActivities(
  client: Client,
  config: Config,
  { clientOf, breaker }: AccountReaders,
  now: () => number = Date.now,
): SweepActivities {
  const orders = createSweepOrders(client, hookAccounts(config), now);
  return createSweepActivities({ orders, clientOf, breaker, now });
}
