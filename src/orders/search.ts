import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import { orderId } from '../workflows/contract/ids.ts';
import { quote } from '../workflows/contract/visibility.ts';
import { searchable } from '../workflows/contract/search-attributes.ts';
import { listByQuery, queryOf } from './list.ts';

const most = 20;

/** The orders of these accounts that are called so: by order id, by the provider's own id, or by the merchant's reference. */
export async function searchOrders(
  client: Client,
  accounts: readonly string[],
  text: string,
): Promise<Order[]> {
  if (accounts.length === 0) return [];
  const ids = accounts.flatMap((account) =>
    (['deposit', 'payout'] as const).flatMap((kind) => orderId(account, kind, text) ?? []),
  );
  const called = [text, ...ids].map(quote).join(', ');
  const { orders } = await listByQuery(
    client,
    `${queryOf({ accounts })} AND (WorkflowId IN (${called}) OR Reference = ${quote(searchable(text))})`,
    { limit: most },
  );
  return orders;
}
