import type { Policy } from '../domain/escalation/policy.ts';
import type { Kind } from '../domain/money/payment.ts';
import type { OrderStart } from '../domain/order/state.ts';
import { orderId, parseOrderId } from '../workflows/contract/ids.ts';
import { OrderError } from './errors.ts';

/** The part of an account that starting its orders needs. */
export interface OrderAccount {
  readonly id: string;
  readonly policy: Policy;
  /** The provider: its name, and whether a text can be the key of one of its payments. */
  readonly hooks: { readonly name: string; isKey(key: string, kind: Kind): boolean };
}

/** The start that every run of an order has. */
export type Origin = Pick<OrderStart, 'identity' | 'policy'>;

/** The origin of the order that the account's provider knows by this key. Throws an OrderError for an impossible key. */
export function originOf({ id: account, hooks, policy }: OrderAccount, kind: Kind, key: string): Origin {
  const id = hooks.isKey(key, kind) ? orderId(account, kind, key) : undefined;
  if (id === undefined) throw new OrderError('invalid_request', `not an order that ${hooks.name} could have`);
  return { identity: { id, account, provider: hooks.name, kind, key }, policy };
}

/** The origin of an order that is known by its id. */
export function originOfId(accounts: ReadonlyMap<string, OrderAccount>, id: string): Origin {
  const parsed = parseOrderId(id);
  const account = parsed && accounts.get(parsed.account);
  if (!account) throw new OrderError('not_found', 'the account of the order is no longer configured');
  return originOf(account, parsed.kind, parsed.key);
}
