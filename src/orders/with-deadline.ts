import type { Client } from '@temporalio/client';
import { OrderError } from './errors.ts';

/**
 * Throws `unavailable` if a call to Temporal takes longer than `ms` milliseconds. The client's own deadline ends a call
 * late: the client first waits out its pause between attempts.
 */
export async function withDeadline<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), ms);
  });
  try {
    return await Promise.race([client.withDeadline(Date.now() + ms, call), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** For one lookup of one order. */
export const lookupTimeoutMs = 5_000;
/** For lists, counts and requests that take several calls. */
export const requestTimeoutMs = 10_000;

/** Temporal did not answer in time; try again in five seconds. */
export function unavailable(): OrderError {
  return new OrderError('unavailable', 'Temporal did not answer in time', 5);
}
