import type { Kind } from '../domain/money/payment.ts';
import type { OrderStart } from '../domain/order/state.ts';
import { orderId, parseOrderId } from '../workflows/contract/ids.ts';
import type { HookAccount } from '../api/dependencies.ts';
import { Problem } from '../api/problems.ts';

/** What any run of an order begins with, whoever starts it. */
export type Origin = Pick<OrderStart, 'identity' | 'policy'>;

/** The origin of the order that an account's provider calls by this key. Throws a Problem for a key that cannot be one. */
export function originOf({ id: account, hooks, policy }: HookAccount, kind: Kind, key: string): Origin {
  const id = hooks.isKey(key, kind) ? orderId(account, kind, key) : undefined;
  if (id === undefined) throw new Problem('invalid_request', `not an order that ${hooks.name} could have`);
  return { identity: { id, account, provider: hooks.name, kind, key }, policy };
}

/** The origin of an order that is known by its id. */
export function originOfId(accounts: ReadonlyMap<string, HookAccount>, id: string): Origin {
  const parsed = parseOrderId(id);
  const account = parsed && accounts.get(parsed.account);
  if (!account) throw new Problem('not_found', 'the account of the order is no longer configured');
  return originOf(account, parsed.kind, parsed.key);
}
