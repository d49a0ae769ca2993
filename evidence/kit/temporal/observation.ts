import type { Hint } from '../../../src/domain/order/hints.ts';
import type { ReadFailure } from '../../../src/domain/money/payment.ts';
import type { OrderStart } from '../../../src/domain/order/state.ts';
import type { Order, TimelineView } from '../../../src/domain/order/view.ts';
import type { OrderResult } from '../../../src/workflows/contract/order-run.ts';

/** The search attributes of an order as a visibility store holds them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What the server did with a signal. `swallowed`: acknowledged and dropped, since a closed run knew its request id. */
export type SignalOutcome = 'recorded' | 'copy' | 'swallowed' | 'not_found';

/** How a read of the workflow ended. */
export type ReadEnd =
  | {
      readonly ok: true;
      /** The index of the moment that the provider showed; -1 before the first. */
      readonly moment: number;
      /** The answer left something out that the provider knows. */
      readonly isPoor: boolean;
      /** The provider's own ids of attempts that were read one by one. */
      readonly attempts?: readonly string[];
    }
  | { readonly ok: false; readonly failure: ReadFailure | 'no_answer' };

/** What can be observed of one order at the server, without a look into the workflow. Times are virtual. */
export type ServerObservation = { readonly at: number } & (
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
  /** A task that counts handed a hint to the workflow. */
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
  /** `why` is the summary that the Temporal UI shows. */
  | {
      readonly is: 'read-started';
      readonly run: number;
      readonly read: number;
      readonly why: string;
      readonly isLocal: boolean;
    }
  /** The attempt in the order's own task failed: the read goes on in the provider's queue. */
  | { readonly is: 'read-queued'; readonly run: number; readonly read: number }
  | {
      readonly is: 'read-ended';
      readonly run: number;
      readonly read: number;
      readonly why: string;
      readonly end: ReadEnd;
    }
  /** One request to the provider; a read may take several. */
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
      /** No task and no read is under way, and the workflow has been given everything. */
      readonly isIdle: boolean;
    }
  | { readonly is: 'warned'; readonly run: number; readonly text: string }
);

/** An observation of the present moment. */
export type WithoutTime = ServerObservation extends infer One
  ? One extends ServerObservation
    ? Omit<One, 'at'>
    : never
  : never;

export type Observe = (observation: ServerObservation) => void;
