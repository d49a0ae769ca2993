import { ApplicationFailure, activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Kind, ReadResult } from '../domain/payment.ts';
import type { ProviderClient } from '../providers/provider.ts';

/** Which payment to read, at which account. */
export interface ReadRequest {
  readonly account: string;
  readonly kind: Kind;
  readonly key: string;
}

export interface ReadDependencies {
  /** The client of an account, or undefined for an account that this worker's configuration does not have. */
  readonly clientOf: (account: string) => ProviderClient | undefined;
  /** How many reads of one account may be under way here, so that a slow one leaves slots to the others. */
  readonly readsPerAccount: number;
}

/** The activities that talk to providers; they run on the provider's own queue. */
export interface ProviderActivities {
  readPayment(request: ReadRequest): Promise<ReadResult>;
}

// A failure that passes by itself is tried so often before the order is told; then the order's own ladder goes on.
const tries = 3;
const longestWaitMs = 30_000;

/** Builds the provider activities. Expected failures are answers; only what another attempt may cure is thrown. */
export function createProviderActivities({
  clientOf,
  readsPerAccount,
}: ReadDependencies): ProviderActivities {
  const underWay = new Map<string, number>();

  return {
    async readPayment({ account, kind, key }) {
      const { attempt: attempts } = activityInfo();
      const client = clientOf(account);
      if (!client)
        return { ok: false, failure: 'refused', detail: 'no such account in the worker', attempts };

      const inFlight = underWay.get(account) ?? 0;
      if (inFlight >= readsPerAccount) throw busy(account);
      underWay.set(account, inFlight + 1);
      try {
        const answer = await client.read({ kind, key }, cancellationSignal());
        if (answer.ok) return { ok: true, reading: answer.reading, attempts };
        if (answer.isTransient && attempts < tries)
          throw passing(answer.failure, answer.detail, answer.retryAfterMs);
        return { ok: false, failure: answer.failure, detail: answer.detail, attempts };
      } finally {
        underWay.set(account, (underWay.get(account) ?? 1) - 1);
      }
    },
  };
}

function busy(account: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'account_busy',
    message: `as many reads of ${account} are under way as its share allows`,
    // Spread out, so that a backlog does not come back all at once.
    nextRetryDelay: 100 + Math.random() * 400,
    category: 'BENIGN',
  });
}

function passing(failure: string, detail: string, retryAfterMs: number | undefined): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure,
    message: detail,
    category: 'BENIGN',
    ...(retryAfterMs !== undefined && { nextRetryDelay: Math.min(retryAfterMs, longestWaitMs) }),
  });
}
