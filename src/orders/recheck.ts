import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import { sendCommand } from './send-command.ts';
import type { FoundRun } from './find.ts';
import { originOfId, type OrderAccount } from './origin.ts';
import { reopenOrder } from './register.ts';
import { requestTimeoutMs, withDeadline } from './with-deadline.ts';

export interface Recheck {
  readonly client: Client;
  readonly accounts: ReadonlyMap<string, OrderAccount>;
  readonly now: () => number;
}

/** Has an order read its provider now; a closed one is opened again for it. `key` makes a repeat the same command. */
export async function recheckOrder(
  { client, accounts, now }: Recheck,
  run: FoundRun & { readonly order: Order },
  { by, key }: { readonly by: string; readonly key: string },
): Promise<Order> {
  const { id } = run.order;
  const hasReopened =
    !run.isRunning &&
    (await withDeadline(client, requestTimeoutMs, () =>
      reopenOrder(client, originOfId(accounts, id), run, now()),
    ));
  // A reopened run reads at once, and may have closed again before a command reaches it.
  return hasReopened ? run.order : sendCommand(client, id, { update: 'recheck', key, body: { by } });
}
