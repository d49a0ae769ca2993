import type { Payload } from '@temporalio/common';
import type { CachedRun, Job } from './cached-run.ts';
import type { Fields } from './fake-client.ts';
import type { ReadEnd } from './observation.ts';

/** What a run is started with. */
export interface RunStart {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly args: readonly Payload[];
  readonly memo: Fields;
  readonly attributes: Fields;
}

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'CONTINUED_AS_NEW' | 'TERMINATED';

/** An update that the workflow has not answered yet. */
export interface PendingUpdate {
  readonly updateId: string;
  readonly job: Job;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A read that the workflow has begun; `why` is its summary. */
export interface PendingRead {
  readonly number: number;
  readonly why: string;
}

/** The end of such a read. */
interface EndedRead {
  readonly read: number;
  readonly why: string;
  readonly end: ReadEnd;
}

/** One run as the server keeps it. */
export interface Run {
  /** Counted over all runs of the order. */
  readonly number: number;
  readonly runId: string;
  readonly firstRunId: string;
  readonly start: RunStart;
  readonly cached: CachedRun;
  readonly requestIds: Set<string>;
  /** By update id: the same id again gets the same answer. */
  readonly updateOutcomes: Map<string, Promise<unknown>>;
  readonly pendingUpdates: Map<string, PendingUpdate>;
  status: RunStatus;
  memo: Fields;
  attributes: Fields;
  /** Jobs that no task has taken yet, oldest first. */
  inbox: Job[];
  hasStarted: boolean;
  task: 'none' | 'scheduled' | 'held';
  /** The length of its history. */
  events: number;
  /** Added to the length that the workflow is told, so that it continues as new although its history is short. */
  extraEvents: number;
  readonly timers: Set<number>;
  /** By the sequence number of their activity: reads under way, and ends that no task has taken yet. */
  readonly pendingReads: Map<number, PendingRead>;
  readonly endedReads: Map<number, EndedRead>;
  result?: Payload | undefined;
}
