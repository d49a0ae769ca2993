import type { Priority } from '@temporalio/common';

export const orderQueue = 'payment-orders';

/** Where the desks' and the sweeps' own activities run: what waits for a channel takes no slot from a provider. */
export const deskQueue = 'alert-desk';

/** Where a provider's I/O runs. */
export function providerQueue(provider: string): string {
  return `provider-${provider}`;
}

/** Lets the backlog of one account wait without that of another. */
export function accountPriority(account: string): Priority {
  return { fairnessKey: account };
}
