import type { Payload } from '@temporalio/common';
import type { CachedRun, Job } from '../core/cached-run.ts';
import type { ReadEnd } from '../seen.ts';

export type Fields = Readonly<Record<string, Payload>>;

/** What a run is started with. */
export interface Begin {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly args: readonly Payload[];
  readonly memo: Fields;
  readonly attributes: Fields;
}

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'CONTINUED_AS_NEW' | 'TERMINATED';

/** The answer that an update waits for. */
export interface Waiting {
  readonly updateId: string;
  readonly job: Job;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A read that the workflow has begun and whose answer it waits for. */
export interface Ask {
  readonly number: number;
  readonly why: string;
}

/** How such a read ended. */
export interface Answer {
  readonly ask: number;
  readonly why: string;
  readonly end: ReadEnd;
}

/** One run as the server keeps it. */
export interface Run {
  /** Counted over all runs of the order. */
  readonly number: number;
  readonly runId: string;
  readonly firstRunId: string;
  readonly begin: Begin;
  readonly core: CachedRun;
  readonly requestIds: Set<string>;
  /** By update id: what an update that is known was answered. */
  readonly outcomes: Map<string, Promise<unknown>>;
  readonly waiting: Map<string, Waiting>;
  status: RunStatus;
  memo: Fields;
  attributes: Fields;
  /** What the workflow is yet to be told, in the order it came. */
  inbox: Job[];
  hasBegun: boolean;
  task: 'none' | 'scheduled' | 'held';
  /** How many events its history has. */
  events: number;
  /** How many more it says to have, so that continue-as-new is tried in a life of some hundred. */
  pretended: number;
  readonly timers: Set<number>;
  /** By the number of their activity: reads that the workflow waits for, and answers that it is yet to be given. */
  readonly asks: Map<number, Ask>;
  readonly answers: Map<number, Answer>;
  result?: Payload | undefined;
}
