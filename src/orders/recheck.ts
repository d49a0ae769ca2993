import type { Order } from '../domain/order/view.ts';
import { sendCommand, type OrderCommands } from './send-command.ts';
import type { FoundRun } from './find.ts';
import { originOfId } from './origin.ts';
import { reopenOrder } from './register.ts';
import { requestTimeoutMs, withDeadline } from './with-deadline.ts';

/** Has an order read its provider now; a closed one is opened again for it. `key` makes a repeat the same command. */
export async function recheckOrder(
  { client, accounts, now }: OrderCommands,
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
  if (hasReopened) return run.order;
  const { order } = await sendCommand(client, id, { update: 'recheck', key, body: { by } });
  return order;
}
