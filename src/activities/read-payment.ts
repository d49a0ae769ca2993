import { ApplicationFailure, activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Kind, ReadResult } from '../domain/payment.ts';
import type { ProviderClient } from '../providers/provider.ts';
import { longestWaitMs, Pace, type PaceLimits } from './pace.ts';

/** Which payment to read, at which account. */
export interface ReadRequest {
  readonly account: string;
  readonly kind: Kind;
  readonly key: string;
  /** Somebody's own task waits: one attempt, which is over within so many milliseconds. */
  readonly withinMs?: number | undefined;
}

export interface ReadDependencies extends PaceLimits {
  /** The client of an account, or undefined for an account that this worker's configuration does not have. */
  readonly clientOf: (account: string) => ProviderClient | undefined;
}

/** The activities that talk to providers: within an order's own task at first, else on the provider's own queue. */
export interface ProviderActivities {
  readPayment(request: ReadRequest): Promise<ReadResult>;
}

// A failure that passes by itself is tried so often before the order is told; then the order's own ladder goes on.
const tries = 3;

/** Builds the provider activities. Expected failures are answers; only what another attempt may cure is thrown. */
export function createProviderActivities({ clientOf, ...limits }: ReadDependencies): ProviderActivities {
  const pace = new Pace(limits);

  return {
    async readPayment({ account, kind, key, withinMs }) {
      const { attempt: attempts } = activityInfo();
      const isHasty = withinMs !== undefined;
      const client = clientOf(account);
      if (!client)
        return { ok: false, failure: 'refused', detail: 'no such account in the worker', attempts };

      pace.enter(account, isHasty);
      try {
        const answer = await client.read({ kind, key }, endOf(withinMs));
        if (answer.ok) return { ok: true, reading: answer.reading, attempts };
        const { failure, detail, retryAfterMs } = answer;
        if (retryAfterMs !== undefined) pace.pause(account, retryAfterMs);
        if (answer.isTransient && isHasty) pace.slow(account);
        if (answer.isTransient && (isHasty || attempts < tries)) throw passing(failure, detail, retryAfterMs);
        return { ok: false, failure, detail, attempts };
      } finally {
        pace.leave(account);
      }
    },
  };
}

function endOf(withinMs: number | undefined): AbortSignal {
  const cancelled = cancellationSignal();
  return withinMs === undefined ? cancelled : AbortSignal.any([cancelled, AbortSignal.timeout(withinMs)]);
}

function passing(failure: string, detail: string, retryAfterMs: number | undefined): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure,
    message: detail,
    category: 'BENIGN',
    ...(retryAfterMs !== undefined && { nextRetryDelay: Math.min(retryAfterMs, longestWaitMs) }),
  });
}
