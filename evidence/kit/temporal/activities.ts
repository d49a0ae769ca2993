import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { msToNumber, optionalTsToMs } from './sdk-internals.ts';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { coresdk, temporal } from '@temporalio/proto';
import type { ReadResult } from '../../../src/domain/money/payment.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import {
  createProviderActivities,
  type ProviderActivities,
  type ReadRequest,
} from '../../../src/activities/read-payment.ts';
import type { Clock } from './clock.ts';
import { decode, encode } from './payloads.ts';
import type { Random } from '../random.ts';
import type { ReadEnd, Observe } from './observation.ts';

/** How one request to the provider goes: how long it takes and what it answers. */
export interface DrawnRequest {
  readonly takesMs: number;
  readonly attempt: ReadAttempt;
  /** The answer to a request that asks for further attempts by the provider's own ids. */
  readonly withAttempts?: (ids: readonly string[]) => ReadAttempt;
  readonly end: ReadEnd;
  /** The worker that sent it dies before the answer. */
  readonly isOrphaned: boolean;
}

export interface ActivityDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: Observe;
  /** Draws how a request goes that is sent now. */
  readonly request: () => DrawnRequest;
  /** The earliest time from `now` on at which the provider's queue has a worker. */
  readonly providerWorkerUpAt: (now: number) => number;
}

type Resolution = coresdk.activity_result.IActivityResolution;
/** Called once, with the end of the activity. */
export type OnEnd = (resolution: Resolution, end: ReadEnd) => void | Promise<void>;

type Scheduled = coresdk.workflow_commands.IScheduleActivity;
type ScheduledLocally = coresdk.workflow_commands.IScheduleLocalActivity;

// The deadline of the product's own client.
const clientDeadlineMs = 8_000;

/** Runs the product's own activity, attempt by attempt, against a simulated provider and in virtual time. */
export class Activities {
  readonly #deps: ActivityDependencies;
  #activities: ProviderActivities;
  /** The answer for the client that the activity uses. */
  #answer: ReadAttempt | undefined;

  constructor(dependencies: ActivityDependencies) {
    this.#deps = dependencies;
    this.#activities = this.#build();
  }

  /** Starts the worker's process anew: its memory is gone. */
  restart(): void {
    this.#activities = this.#build();
  }

  /** One attempt in the order's own task. */
  runLocally(command: ScheduledLocally, onEnd: OnEnd): void {
    const { clock } = this.#deps;
    const request = requestOf(command);
    const drawn = asked(request, this.#request(request.withinMs ?? clientDeadlineMs));
    const limitMs = msOf(command.startToCloseTimeout);
    if (drawn.isOrphaned) {
      clock.at(clock.now + limitMs, () => onEnd(timedOut(command), { ok: false, failure: 'no_answer' }));
      return;
    }
    clock.at(clock.now + Math.min(drawn.takesMs, limitMs), async () => {
      const outcome = await this.#attempt(request, drawn, 1);
      await ('result' in outcome
        ? onEnd(completed(outcome.result), endOf(outcome.result, drawn))
        : onEnd(failed(command, outcome.failure), { ok: false, failure: 'no_answer' }));
    });
  }

  /** As many attempts as its time allows, on the provider's queue. */
  runQueued(command: Scheduled, onEnd: OnEnd): void {
    const { clock } = this.#deps;
    this.#queue({ command, onEnd, until: clock.now + msOf(command.scheduleToCloseTimeout) }, clock.now, 1);
  }

  #queue(job: QueuedJob, from: number, attempt: number): void {
    const { clock, random, providerWorkerUpAt } = this.#deps;
    const start = providerWorkerUpAt(from) + random.int(1, 30);
    if (start > job.until) {
      clock.at(job.until, () =>
        job.onEnd(timedOut(job.command, job.lastFailure), { ok: false, failure: 'no_answer' }),
      );
      return;
    }
    clock.at(start, () => this.#try(job, attempt));
  }

  #try(job: QueuedJob, attempt: number): void {
    const { clock } = this.#deps;
    const request = requestOf(job.command);
    const drawn = asked(request, this.#request(clientDeadlineMs));
    const limitMs = msOf(job.command.startToCloseTimeout);
    if (drawn.isOrphaned) {
      clock.at(clock.now + limitMs, () => this.#retry(job, attempt, undefined));
      return;
    }
    clock.at(clock.now + Math.min(drawn.takesMs, limitMs), async () => {
      const outcome = await this.#attempt(request, drawn, attempt);
      if ('result' in outcome) await job.onEnd(completed(outcome.result), endOf(outcome.result, drawn));
      else this.#retry({ ...job, lastFailure: outcome.failure }, attempt, delayOf(outcome.failure));
    });
  }

  #retry(job: QueuedJob, attempt: number, askedForMs: number | undefined): void {
    const { clock } = this.#deps;
    const { initialInterval, backoffCoefficient, maximumInterval } = job.command.retryPolicy ?? {};
    const backoffMs = Math.min(
      msOf(initialInterval) * (backoffCoefficient ?? 2) ** (attempt - 1),
      msOf(maximumInterval),
    );
    const next = clock.now + (askedForMs ?? backoffMs);
    if (next < job.until) return this.#queue(job, next, attempt + 1);
    const resolution = job.lastFailure ? failed(job.command, job.lastFailure) : timedOut(job.command);
    clock.at(clock.now, () => job.onEnd(resolution, { ok: false, failure: 'no_answer' }));
  }

  #request(limitMs: number): DrawnRequest {
    const drawn = this.#deps.request();
    const isLate = drawn.takesMs > limitMs;
    // As the product's client names its own deadline, and an abort from outside.
    const failure = limitMs === clientDeadlineMs ? 'timeout' : 'unavailable';
    const request: DrawnRequest = isLate
      ? {
          ...drawn,
          takesMs: limitMs,
          attempt: { ok: false, failure, detail: 'too late', isTransient: true },
          end: { ok: false, failure },
        }
      : drawn;
    this.#deps.observe({
      at: this.#deps.clock.now,
      is: 'provider-requested',
      end: request.end.ok ? 'ok' : request.end.failure,
    });
    return request;
  }

  async #attempt(
    request: ReadRequest,
    { attempt: answer }: DrawnRequest,
    attempt: number,
  ): Promise<{ result: ReadResult } | { failure: ApplicationFailure }> {
    const context = { info: { attempt }, cancellationSignal: new AbortController().signal };
    this.#answer = answer;
    try {
      const result = await asyncLocalStorage.run(context as unknown as Context, () =>
        this.#activities.readPayment(request),
      );
      return { result };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      return { failure: error };
    } finally {
      this.#answer = undefined;
    }
  }

  #build(): ProviderActivities {
    return createProviderActivities({
      clientOf: () => ({
        read: async () => {
          if (!this.#answer) throw new Error('no answer was drawn for this request');
          return this.#answer;
        },
      }),
      readsPerAccount: 10,
      now: () => this.#deps.clock.now,
    });
  }
}

// The product's client asks for no more.
const mostAttempts = 3;

/** The answer to this request: with the attempts that it names. */
function asked({ attempts = [] }: ReadRequest, drawn: DrawnRequest): DrawnRequest {
  const { withAttempts, end } = drawn;
  if (attempts.length === 0 || !withAttempts || !end.ok) return drawn;
  const ids = attempts.slice(0, mostAttempts);
  return { ...drawn, attempt: withAttempts(ids), end: { ...end, attempts: ids } };
}

const { RetryState, TimeoutType } = proto.temporal.api.enums.v1;

interface QueuedJob {
  readonly command: Scheduled;
  readonly onEnd: OnEnd;
  readonly until: number;
  readonly lastFailure?: ApplicationFailure;
}

function requestOf({ arguments: args }: Scheduled | ScheduledLocally): ReadRequest {
  return decode(args?.[0]) as ReadRequest;
}

function endOf(result: ReadResult, { end }: DrawnRequest): ReadEnd {
  return result.ok ? end : { ok: false, failure: result.failure };
}

function delayOf({ nextRetryDelay }: ApplicationFailure): number | undefined {
  return nextRetryDelay === undefined || nextRetryDelay === null
    ? undefined
    : Math.round(msToNumber(nextRetryDelay));
}

function msOf(duration: Parameters<typeof optionalTsToMs>[0]): number {
  return optionalTsToMs(duration) ?? 0;
}

function completed(result: ReadResult): Resolution {
  return { completed: { result: encode(result) } };
}

function failed(command: Scheduled | ScheduledLocally, { type, message }: ApplicationFailure): Resolution {
  return wrapped(command, { message, applicationFailureInfo: { type: type ?? '' } });
}

function timedOut(command: Scheduled | ScheduledLocally, last?: ApplicationFailure): Resolution {
  return wrapped(command, {
    message: 'activity timeout',
    timeoutFailureInfo: { timeoutType: TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE },
    ...(last && { cause: { message: last.message, applicationFailureInfo: { type: last.type ?? '' } } }),
  });
}

function wrapped(
  { activityId, activityType }: Scheduled | ScheduledLocally,
  cause: temporal.api.failure.v1.IFailure,
): Resolution {
  return {
    failed: {
      failure: {
        message: 'activity failed',
        activityFailureInfo: {
          activityId: activityId ?? '',
          activityType: { name: activityType ?? '' },
          retryState: RetryState.RETRY_STATE_TIMEOUT,
        },
        cause,
      },
    },
  };
}
