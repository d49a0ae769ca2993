import { LRUCache } from 'lru-cache';
import { deliverHint } from '../../orders/deliver.ts';
import { KeyedQueue } from '../../orders/keyed-queue.ts';
import { withDeadline } from '../../orders/with-deadline.ts';
import type { ApiDependencies, HookAccount } from '../dependencies.ts';
import type { HookTrace } from '../hook-traces.ts';
import { canBeCopy, hintOf, requestIdOf } from './hint.ts';
import type { AcceptedHook } from './parse.ts';
import { startBudget } from './start-budget.ts';

const deadlineMs = 3_000;
// Copies of these are not sent, since the server would drop them.
const acknowledgedKept = 20_000;

/** Makes the hint of a hook durable in Temporal. When it returns, Temporal has the hint or an earlier copy of it. */
export type DeliverHook = (
  account: HookAccount,
  hook: AcceptedHook,
  trace: HookTrace | undefined,
) => Promise<void>;

/** Delivers hooks, those of one order one after another, and copies of one hook once. */
export function hookDelivery({
  client,
  accounts,
  now,
}: Pick<ApiDependencies, 'client' | 'accounts' | 'now'>): DeliverHook {
  const budget = startBudget(accounts);
  const queue = new KeyedQueue();
  // The traceparent of the delivered hook by its request id; empty where it was not traced.
  const acknowledged = new LRUCache<string, string>({ max: acknowledgedKept });

  return async (account, hook, trace) => {
    const { order, kind, key } = hook;
    const hint = hintOf(account.id, hook, trace?.traceparent);
    const isCopyable = canBeCopy(hint);
    const requestId = requestIdOf(hint, now());
    const first = acknowledged.get(requestId);
    if (first !== undefined) return trace?.became('copy', first);
    // From the arrival on, so that the time in the queue counts.
    const until = now() + deadlineMs;
    const identity = { id: order, account: account.id, provider: account.hooks.name, kind, key };
    const delivery = { start: { identity, policy: account.policy }, hint, requestId, at: now() };
    let isSent = false;
    await queue.run(order, isCopyable ? requestId : hint.id, isCopyable, () => {
      isSent = true;
      return withDeadline(client, Math.max(1, until - now()), () => deliverHint(client, delivery, budget));
    });
    if (!isSent) return trace?.became('copy', acknowledged.get(requestId));
    if (isCopyable) acknowledged.set(requestId, trace?.traceparent ?? '');
    trace?.became('delivered');
  };
}
