import type { Order } from '../domain/order/view.ts';
import { accountOf } from '../workflows/contract/ids.ts';
import { maySee, type Caller } from './plugins/keys.ts';
import { Problem } from './problems.ts';
import type { FoundRun } from '../orders/find.ts';
import type { OrderLookups } from '../orders/order-lookups.ts';

/** The newest run of an order that the caller may see. An order of another account is `not_found`, without a lookup. */
export async function visibleRun(
  lookups: OrderLookups,
  caller: Caller,
  id: string,
): Promise<FoundRun & { readonly order: Order }> {
  const run = maySee(caller, accountOf(id)) ? await lookups.find(id) : undefined;
  if (!run?.order) throw new Problem('not_found', 'no such order');
  return { ...run, order: run.order };
}
