import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import { orderId } from '../workflows/contract/ids.ts';
import { listByQuery } from './list.ts';
import { isCalled, isOfAccounts, ordersWhere } from './visibility.ts';

const most = 20;

/** The orders of these accounts with this order id, provider's id or merchant's reference. */
export async function searchOrders(
  client: Client,
  accounts: readonly string[],
  text: string,
): Promise<Order[]> {
  if (accounts.length === 0) return [];
  const ids = accounts.flatMap((account) =>
    (['deposit', 'payout'] as const).flatMap((kind) => orderId(account, kind, text) ?? []),
  );
  const query = ordersWhere(...isOfAccounts(accounts), isCalled([text, ...ids], text));
  const { orders } = await listByQuery(client, query, { limit: most });
  return orders;
}
