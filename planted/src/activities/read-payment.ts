import { ApplicationFailure, activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Fault } from '../domain/alerting/incidents.ts';
import type { Kind, ReadFailure, ReadResult } from '../domain/money/payment.ts';
import type { ProviderClient, ReadAttempt } from '../providers/provider.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { longestWaitMs, Bulkhead, type BulkheadLimits } from './bulkhead.ts';

/** Which payment to read, at which account. */
export interface ReadRequest {
  readonly account: string;
  readonly kind: Kind;
  readonly key: string;
  /** Somebody's own task waits: one attempt, which is over within so many milliseconds. */
  readonly withinMs?: number | undefined;
  /** Somebody asked for this very read: while its account is left alone it waits for its turn instead of failing. */
  readonly isAsked?: true;
  /** Traceparents of the hooks that it is for, first the one that asked. */
  readonly traces?: readonly string[];
}

/** What a read came to; `traceparent` is that of its span, where it has one that is kept. */
export type ReadAnswer = ReadResult & Traced;

interface Traced {
  readonly traceparent?: string;
}

/** One attempt to read a provider, as it is traced. */
export interface TracedRead {
  readonly request: ReadRequest;
  /** Counts from 1, at once and in the queue apart. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Stands around an attempt to read a provider; answers what `act` answers, and where that was traced. */
export type TraceRead = (read: TracedRead, act: () => Promise<ReadAttempt>) => Promise<ReadAttempt & Traced>;

export interface ReadDependencies extends BulkheadLimits {
  /** The client of an account, or undefined for an account that this worker's configuration does not have. */
  readonly clientOf: (account: string) => ProviderClient | undefined;
  /** Without it no account is ever left alone. */
  readonly breaker?: CircuitBreaker | undefined;
  /** Without it nothing is traced. */
  readonly trace?: TraceRead | undefined;
}

/** The activities that talk to providers: within an order's own task at first, else on the provider's own queue. */
export interface ProviderActivities {
  readPayment(request: ReadRequest): Promise<ReadAnswer>;
}

// A failure that passes by itself is tried so often before the order is told; then the order's own ladder goes on.
const tries = 3;

/** Builds the provider activities. Expected failures are answers; only what another attempt may cure is thrown. */
export function createProviderActivities({
  clientOf,
  breaker: outages,
  trace = (_, act) => act(),
  ...limits
}: ReadDependencies): ProviderActivities {
  const pace = new Bulkhead(limits);

  return {
    async readPayment(request) {
      const { account, kind, key, withinMs, isAsked = false } = request;
      const { attempt: attempts } = activityInfo();
      const isHasty = withinMs !== undefined;
      const client = clientOf(account);
      if (!client)
        return { ok: false, failure: 'refused', detail: 'no such account in the worker', attempts };

      pace.enter(account, isHasty);
      try {
        const holdMs = outages?.openForMs(account) ?? 0;
        const answer = holdMs > 0 ? leftAlone(outages?.faultOf(account), holdMs, isAsked) : await read();
        const { traceparent } = answer;
        const more = { attempts, ...(traceparent !== undefined && { traceparent }) };
        if (answer.ok) return { ok: true, reading: answer.reading, ...more };
        const { failure, detail, retryAfterMs } = answer;
        if (answer.isTransient && (isHasty || attempts < tries)) throw passing(failure, detail, retryAfterMs);
        return { ok: false, failure, detail, ...more };
      } finally {
        pace.leave(account);
      }

      async function read() {
        const signal = endOf(withinMs);
        const answer = await trace({ request, attempt: attempts, signal }, () =>
          client!.read({ kind, key }, signal),
        );
        // A read that was cut short because somebody waits says little about the provider.
        if (answer.ok || !isHasty) outages?.note(account, key, answer.ok ? undefined : answer.failure);
        if (answer.ok) return answer;
        if (answer.retryAfterMs !== undefined) pace.pause(account, answer.retryAfterMs);
        if (answer.isTransient && isHasty) pace.slow(account);
        return answer;
      }
    },
  };
}

/**
 * What an order is told without a read, because no order of its account can be read. Its own rechecks are told so at once:
 * it escalates when it is due, and ten thousand that wait for the same account do not come back again and again.
 */
function leftAlone(
  fault: Fault['code'] | undefined,
  holdMs: number,
  isTransient: boolean,
): ReadAttempt & Traced {
  const failure: ReadFailure = fault === 'credentials_refused' ? 'credentials' : 'unavailable';
  const detail = 'the account does not answer and is left alone';
  // Spread out, so that a backlog does not come back all at once.
  return {
    ok: false,
    failure,
    detail,
    isTransient,
    retryAfterMs: holdMs + Math.random() * 1_000,
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
