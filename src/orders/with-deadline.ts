import type { Client } from '@temporalio/client';
import { OrderError } from './errors.ts';

/**
 * Gives a call to Temporal so many milliseconds, then answers that it is unavailable. The client's own deadline ends the
 * call, but not at once: it waits out its pause between two attempts first.
 */
export async function withDeadline<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), ms);
  });
  try {
    return await Promise.race([client.withDeadline(Date.now() + ms, call), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For one look at one order. */
export const lookMs = 5_000;
/** For lists and counts, and for what takes several calls. */
export const searchMs = 10_000;

/** Temporal did not answer in time: worth another try. */
export function unavailable(): OrderError {
  return new OrderError('unavailable', 'Temporal did not answer in time; nothing is claimed', 5);
}
