import type { Call } from '../drive/calls.ts';
import type { Patience } from '../patience.ts';
import type { Plan } from '../plan/types.ts';
import type { Incident } from '../../kit/supervisor.ts';
import type { ProviderState } from './provider-state.ts';

/** All that a run is judged from: the ledger of calls, the sandbox's state file, and Temporal's histories. */
export interface Evidence {
  readonly plan: Plan;
  readonly patience: Patience;
  /** The id of each planned order, by its index. */
  readonly orderIds: readonly string[];
  readonly calls: readonly Call[];
  readonly incidents: readonly Incident[];
  /** Every state that the sandbox held of a payment, oldest first, by the index of its order. */
  readonly provider: Readonly<Record<number, readonly ProviderState[]>>;
  /** Every run of every order, oldest first. */
  readonly runs: readonly Run[];
  /** What the API showed of each order in the end, by its id; absent for a 404. */
  readonly shown: Readonly<Record<string, ShownOrder>>;
  readonly timelines: Readonly<Record<string, readonly TimelineEntry[]>>;
  /** The ids that `GET /v1/escalations` listed, and when. */
  readonly escalated: { readonly at: number; readonly ids: readonly string[] };
  readonly replays: readonly { readonly orderId: string; readonly runId: string; readonly error?: string }[];
  /** When the orders were looked at. Epoch milliseconds, as every time here. */
  readonly judgedAt: number;
}

/** The judged fields of an order as the API shows it, by the contract. */
export interface ShownOrder {
  readonly id: string;
  readonly reference?: string;
  readonly status: string;
  readonly amounts: Amounts;
  readonly unverifiedSince: string | null;
  readonly findings: readonly { readonly code: string }[];
  readonly escalation: {
    readonly level: number;
    readonly reasons: readonly string[];
    readonly openedAt: string;
    readonly state: string;
    readonly owner: string | null;
  } | null;
  readonly sequence: number;
}

export interface Amounts {
  readonly currency?: string;
  readonly expected?: number;
  readonly authorized?: number;
  readonly captured?: number;
  readonly capturePending?: number;
  readonly refunded?: number;
  readonly refundPending?: number;
  readonly cancelled?: number;
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly summary: string;
  readonly disposition?: string;
  readonly times?: number;
}

/** The judged events of one run's history. */
export interface Run {
  readonly orderId: string;
  readonly runId: string;
  readonly startedAt: number;
  readonly events: number;
  readonly steps: readonly Step[];
}

/** One event. `id` is its id in the history, `task` that of the completed task with its command. */
export type Step = { readonly id: number; readonly at: number } & (
  | { readonly is: 'signal'; readonly hint: SeenHint }
  | { readonly is: 'update' }
  /** A completed task; it has seen the events before `startedId`. */
  | { readonly is: 'task'; readonly startedId: number }
  | { readonly is: 'task-failed'; readonly cause: string; readonly message: string }
  | { readonly is: 'task-late' }
  /** A read was scheduled in the provider's queue. */
  | { readonly is: 'read-queued'; readonly task: number }
  /** A queued read ended. */
  | { readonly is: 'queued-read'; readonly askedId: number; readonly result: SeenRead }
  /** A read in the order's own task ended. */
  | { readonly is: 'local-read'; readonly task: number; readonly result: SeenRead }
  | { readonly is: 'timer-started'; readonly task: number; readonly timer: string; readonly firesAt: number }
  | { readonly is: 'timer-fired' | 'timer-cancelled'; readonly timer: string }
  | { readonly is: 'published'; readonly order: ShownOrder }
  | { readonly is: 'ended'; readonly how: string }
);

export type StepOf<Is extends Step['is']> = Extract<Step, { readonly is: Is }>;

export interface SeenHint {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  /** The id in its claim, where it has one. */
  readonly claimId?: string;
  /** Of a refund that a notification tells; minor units. */
  readonly amount?: number;
}

/** The result of a read, and every id in it. */
export interface SeenRead {
  /** False for an attempt that is repeated in the queue. */
  readonly isAnswer: boolean;
  readonly isOk: boolean;
  readonly ids: readonly string[];
}
