import type { Priority } from '@temporalio/common';

export const orderQueue = 'payment-orders';

/** The queue of the desks' and sweeps' own activities: waiting for a channel takes no slot from a provider. */
export const deskQueue = 'alert-desk';

/** The queue of a provider's I/O. */
export function providerQueue(provider: string): string {
  return `provider-${provider}`;
}

/** Keeps one account's backlog from delaying the others. */
export function accountPriority(account: string): Priority {
  return { fairnessKey: account };
}
