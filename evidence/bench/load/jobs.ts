import type { VariantName } from '../variants/routes.ts';
import type { Driven } from './drive.ts';
import type { Latency } from './latency.ts';

// The arguments and answers of the load client, which is a process of its own.

/** Where calls go to. `account` is another one of the product's than the usual. */
export interface Target {
  readonly variant: VariantName | 'query-front';
  readonly url: string;
  readonly account?: string;
}

/** Distinct hooks: the nth goes to the nth session, round and round, and is about capture `from + n`. */
export interface HookJob {
  readonly target: Target;
  readonly sessions: readonly string[];
  readonly from: number;
  readonly count: number;
}

export type ClosedJob = HookJob & { readonly concurrency: number };
export type OpenJob = HookJob & { readonly perSecond: number };

/** Each session is read once or more, round and round. */
export interface ReadJob {
  readonly target: Target;
  readonly sessions: readonly string[];
  readonly count: number;
  readonly concurrency: number;
}

/** One call per session: its registration, or one hook of a kind. */
export interface StartJob {
  readonly target: Target;
  readonly sessions: readonly string[];
  readonly by: 'registration' | 'pending' | 'approved';
  readonly concurrency: number;
}

/** The same on a fixed schedule. */
export type SteadyStartJob = Omit<StartJob, 'concurrency'> & { readonly perSecond: number };

/** The ten hooks of the provider's stage `mixed` for each session, session by session in each of ten turns. */
export interface MixedJob {
  readonly target: Target;
  readonly sessions: readonly string[];
  readonly concurrency: number;
}

/**
 * Orders whose rechecks are to fall due at one moment: each is started in the account `slice-<n>` whose recheck of
 * `(n + 1) * sliceMs` comes nearest to that.
 */
export interface DueJob {
  readonly url: string;
  readonly sessions: readonly string[];
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** No order is started after this, since the first rechecks would slow it down. */
  readonly startBefore: number;
  readonly sliceMs: number;
  readonly concurrency: number;
}

/** An order of those, with its account and the time of the read that its recheck counts from. */
export interface DueOrder {
  readonly session: string;
  readonly account: string;
  readonly dueAt: number;
}

/** Copies of one hook, all at once. */
export interface CopiesJob {
  readonly target: Target;
  readonly session: string;
  readonly copies: number;
  readonly connections: number;
}

export interface LifecycleJob {
  readonly target: Target;
  readonly providerUrl: string;
  readonly sessions: readonly string[];
  readonly concurrency: number;
  readonly pollMs: number;
  /** One hook a change, and none twice. */
  readonly isBrief?: boolean;
}

/** Waits until each of these shows a status. */
export interface ShownJob {
  readonly target: Target;
  readonly sessions: readonly string[];
  readonly status: string;
  readonly concurrency: number;
  readonly pollMs: number;
}

/** As `Driven`, and the client's own CPU seconds. `failures` are the first few, in words. */
export type Done = Driven & { readonly cpuSeconds: number; readonly failures?: readonly string[] };

export type LifecycleDone = Done & {
  /** From the sending of a change's first hook until the change shows. */
  readonly changeMs: Latency;
};
