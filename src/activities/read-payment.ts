import { ApplicationFailure, activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Fault } from '../domain/alerting/incident.ts';
import type { Kind, ReadFailure, ReadResult } from '../domain/money/payment.ts';
import type { ProviderClient, ReadAttempt, ReadTarget } from '../providers/provider.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { longestPauseMs, Bulkhead, type BulkheadLimits } from './bulkhead.ts';

/** The payment to read. */
export interface ReadRequest {
  readonly account: string;
  readonly kind: Kind;
  readonly key: string;
  /** Set for an inline read, which a workflow task waits for: one attempt, within so many milliseconds. */
  readonly withinMs?: number | undefined;
  /** A person or the alert desk asked for this read: while the breaker rejects the account it is retried instead of failing. */
  readonly isAsked?: true;
  /** The provider's own ids of pending attempts that its answers no longer list, to be read one by one. */
  readonly attempts?: readonly string[];
  /** No read has found the order and nobody has registered it: its reads say nothing about the account. */
  readonly isUnknown?: true;
  /** Traceparents of the hooks that the read is for; the first one caused it. */
  readonly traces?: readonly string[];
}

/** The result of a read. `traceparent` is that of its span, where the span is recorded. */
export type ReadAnswer = ReadResult & Traced;

interface Traced {
  readonly traceparent?: string;
}

/** One attempt to read a provider, as tracing sees it. */
interface TracedRead {
  readonly request: ReadRequest;
  /** Counts from 1, separately for inline reads and for reads of the queue. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Wraps an attempt to read a provider in a span; returns the result of `attempt` with the span's traceparent. */
export type TraceRead = (
  read: TracedRead,
  attempt: () => Promise<ReadAttempt>,
) => Promise<ReadAttempt & Traced>;

export interface ReadDependencies extends BulkheadLimits {
  /** The client of an account; undefined for an account that is not in this worker's configuration. */
  readonly clientOf: (account: string) => ProviderClient | undefined;
  /** Without it no account is ever rejected. */
  readonly breaker?: CircuitBreaker | undefined;
  /** Without it nothing is traced. */
  readonly trace?: TraceRead | undefined;
}

/** The activities that talk to providers: the first read runs inline in the order's task, later ones on the provider's queue. */
export interface ProviderActivities {
  readPayment(request: ReadRequest): Promise<ReadAnswer>;
}

// A transient failure is retried until this attempt; then it is an answer, and the order plans its next read by its policy.
const maxAttempts = 3;

/** Builds the provider activities. Expected failures are answers; only a failure that another attempt may cure is thrown. */
export function createProviderActivities({
  clientOf,
  breaker,
  trace = (_, attempt) => attempt(),
  ...limits
}: ReadDependencies): ProviderActivities {
  const bulkhead = new Bulkhead(limits);

  return {
    async readPayment(request) {
      const { account, key, withinMs, isAsked = false, isUnknown = false } = request;
      const { attempt: attempts } = activityInfo();
      const isInline = withinMs !== undefined;
      const client = clientOf(account);
      if (!client)
        return { ok: false, failure: 'refused', detail: 'no such account in the worker', attempts };

      bulkhead.enter(account, isInline);
      try {
        const openForMs = breaker?.openForMs(account, !isUnknown) ?? 0;
        const answer = openForMs > 0 ? rejected(breaker?.faultOf(account), openForMs, isAsked) : await read();
        const { traceparent } = answer;
        const more = { attempts, ...(traceparent !== undefined && { traceparent }) };
        if (answer.ok) return { ok: true, reading: answer.reading, ...more };
        const { failure, detail, retryAfterMs } = answer;
        if (answer.isTransient && (isInline || attempts < maxAttempts))
          throw retryable(failure, detail, retryAfterMs);
        return { ok: false, failure, detail, ...more };
      } finally {
        bulkhead.leave(account);
      }

      async function read() {
        const signal = deadlineSignal(withinMs);
        const answer = await trace({ request, attempt: attempts, signal }, () =>
          client!.read(targetOf(request), signal),
        );
        // The short deadline of an inline read says little about the provider, so its failure does not count.
        if (!isUnknown && (answer.ok || !isInline))
          breaker?.record(account, key, answer.ok ? undefined : answer.failure);
        if (answer.ok) return answer;
        if (answer.retryAfterMs !== undefined) bulkhead.pause(account, answer.retryAfterMs);
        if (answer.isTransient && isInline) bulkhead.refuseInline(account);
        return answer;
      }
    },
  };
}

function targetOf({ kind, key, attempts }: ReadRequest): ReadTarget {
  return { kind, key, ...(attempts && { attempts }) };
}

/**
 * The answer while the breaker rejects the account. For the order's own rechecks it is final (`isTransient` false): the
 * order escalates on time, and ten thousand orders do not retry again and again.
 */
function rejected(
  fault: Fault['code'] | undefined,
  openForMs: number,
  isTransient: boolean,
): ReadAttempt & Traced {
  const failure: ReadFailure = fault === 'credentials_refused' ? 'credentials' : 'unavailable';
  const detail = 'the account cannot be read; requests to it are paused';
  // A random addition, so that a backlog does not come back all at once.
  return {
    ok: false,
    failure,
    detail,
    isTransient,
    retryAfterMs: openForMs + Math.random() * 1_000,
  };
}

function deadlineSignal(withinMs: number | undefined): AbortSignal {
  const cancelled = cancellationSignal();
  return withinMs === undefined ? cancelled : AbortSignal.any([cancelled, AbortSignal.timeout(withinMs)]);
}

function retryable(failure: string, detail: string, retryAfterMs: number | undefined): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure,
    message: detail,
    category: 'BENIGN',
    ...(retryAfterMs !== undefined && { nextRetryDelay: Math.min(retryAfterMs, longestPauseMs) }),
  });
}
