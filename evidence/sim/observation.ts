import type { Hint } from '../../src/domain/order/hints.ts';
import type { ReadFailure } from '../../src/domain/money/payment.ts';
import type { OrderStart } from '../../src/domain/order/state.ts';
import type { Order, TimelineView } from '../../src/domain/order/view.ts';
import type { OrderResult } from '../../src/workflows/contract.ts';

/** The search attributes of an order as a visibility store holds them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What became of a signal at the server. `swallowed`: acknowledged and dropped, since a closed run knew its request id. */
export type SignalOutcome = 'recorded' | 'copy' | 'swallowed' | 'not_found';

/** How the question that an order put to its provider ended. */
export type ReadEnd =
  | {
      readonly ok: true;
      /** Which moment of the truth the provider showed. */
      readonly moment: number;
      /** The answer left something out that the provider knows. */
      readonly isPoor: boolean;
    }
  | { readonly ok: false; readonly failure: ReadFailure | 'no_answer' };

/** Everything that is seen of a life from outside the workflow; laws, figures and stories are made of it. */
export type Observation = { readonly at: number } & (
  | {
      readonly is: 'started';
      readonly run: number;
      readonly by: 'start' | 'continue';
      readonly start: OrderStart;
      readonly memo: Order;
      readonly attributes: Attributes;
    }
  | {
      readonly is: 'signalled';
      readonly run: number;
      readonly hint: Hint | undefined;
      readonly requestId: string;
      readonly outcome: SignalOutcome;
    }
  /** The workflow was given a hint, in a task that counts. */
  | { readonly is: 'hint-taken'; readonly run: number; readonly hint: Hint }
  | {
      readonly is: 'updated';
      readonly run: number;
      readonly update: string;
      readonly key: string;
      readonly body: unknown;
      readonly isAccepted: boolean;
    }
  | { readonly is: 'task'; readonly run: number; readonly jobs: readonly string[]; readonly events: number }
  | {
      readonly is: 'task-lost';
      readonly run: number;
      readonly why: 'worker died' | 'something came in' | 'too many signals';
    }
  | { readonly is: 'evicted'; readonly run: number; readonly why: 'cache' | 'restart' }
  | { readonly is: 'replayed'; readonly run: number; readonly activations: number }
  /** The workflow began a read: `why` is the summary that people see. */
  | {
      readonly is: 'read-started';
      readonly run: number;
      readonly read: number;
      readonly why: string;
      readonly isLocal: boolean;
    }
  /** The read that began in the order's own task went on to the provider's queue. */
  | { readonly is: 'read-queued'; readonly run: number; readonly read: number }
  | {
      readonly is: 'read-ended';
      readonly run: number;
      readonly read: number;
      readonly why: string;
      readonly end: ReadEnd;
    }
  /** One request to the provider, whoever hears of it. */
  | { readonly is: 'provider-requested'; readonly end: string }
  | {
      readonly is: 'published';
      readonly run: number;
      readonly order: Order;
      readonly attributes: Attributes;
    }
  | { readonly is: 'timer-started'; readonly run: number; readonly until: number; readonly why: string }
  | { readonly is: 'timer-fired'; readonly run: number }
  | {
      readonly is: 'continued';
      readonly run: number;
      readonly start: OrderStart;
      readonly memo: Order | undefined;
      readonly events: number;
    }
  | { readonly is: 'closed'; readonly run: number; readonly result: OrderResult; readonly events: number }
  | { readonly is: 'terminated'; readonly run: number }
  | {
      readonly is: 'queried';
      readonly run: number;
      readonly order: Order;
      readonly timeline: TimelineView;
      /** Nothing is under way: no task, no read, nothing that waits to be told. */
      readonly isIdle: boolean;
    }
  | { readonly is: 'warned'; readonly run: number; readonly text: string }
  /** The provider's truth went on. */
  | { readonly is: 'provider-moved'; readonly moment: number; readonly what: string }
  /** Somebody sent a hook; `fate` is what the API made of it. */
  | { readonly is: 'hook'; readonly what: string; readonly isForged: boolean; readonly outcome: string }
  /** Somebody asked for something by the API. */
  | { readonly is: 'command'; readonly what: string; readonly answer: string; readonly order?: Order }
);

export type ObservationOf<Is extends Observation['is']> = Extract<Observation, { is: Is }>;
/** A sight of now. */
export type WithoutTime = Observation extends infer One
  ? One extends Observation
    ? Omit<One, 'at'>
    : never
  : never;
export type Observe = (observation: Observation) => void;
