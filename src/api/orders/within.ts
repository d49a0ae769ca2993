import type { Client } from '@temporalio/client';

/** Gives a call to Temporal so many milliseconds; without an end, a client waits for a server that is gone. */
export function within<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + ms, call);
}

/** For one look at one order. */
export const lookMs = 5_000;
/** For lists and counts, and for what takes several calls. */
export const searchMs = 10_000;
