import type { Payload } from '@temporalio/common';
import type { CachedRun, Job } from './cached-run.ts';
import type { ReadEnd } from '../../sim/observation.ts';

export type Fields = Readonly<Record<string, Payload>>;

/** What a run is started with. */
export interface RunStart {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly args: readonly Payload[];
  readonly memo: Fields;
  readonly attributes: Fields;
}

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'CONTINUED_AS_NEW' | 'TERMINATED';

/** The answer that an update waits for. */
export interface PendingUpdate {
  readonly updateId: string;
  readonly job: Job;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A read that the workflow has begun and whose answer it waits for. */
export interface PendingRead {
  readonly number: number;
  readonly why: string;
}

/** How such a read ended. */
export interface EndedRead {
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
  /** By update id: what an update that is known was answered. */
  readonly updateOutcomes: Map<string, Promise<unknown>>;
  readonly pendingUpdates: Map<string, PendingUpdate>;
  status: RunStatus;
  memo: Fields;
  attributes: Fields;
  /** What the workflow is yet to be told, in the order it came. */
  inbox: Job[];
  hasStarted: boolean;
  task: 'none' | 'scheduled' | 'held';
  /** How many events its history has. */
  events: number;
  /** How many more it says to have, so that continue-as-new is tried in a life of some hundred. */
  extraEvents: number;
  readonly timers: Set<number>;
  /** By the number of their activity: reads that the workflow waits for, and answers that it is yet to be given. */
  readonly pendingReads: Map<number, PendingRead>;
  readonly endedReads: Map<number, EndedRead>;
  result?: Payload | undefined;
}
