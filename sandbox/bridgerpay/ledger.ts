import { createLog } from '../log.ts';
import type { Operation } from './faults.ts';
import type { Kind } from './vocabulary.ts';

/** Which order an entry is of; a log-in is of none. */
interface Whose {
  readonly kind?: Kind;
  readonly orderId?: string;
}

/**
 * A call at the provider's API. `status` is of the HTTP answer and absent while it hangs, `code` is what the body says;
 * `fault` names what struck it.
 */
export interface Call extends Whose {
  readonly at: string;
  readonly operation: Operation;
  status?: number;
  code?: number;
  fault?: string;
}

export interface Delivery extends Whose {
  readonly at: string;
  readonly type: string;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly answer?: number;
  readonly error?: string;
}

export type Dropped = Omit<Delivery, 'attempt' | 'answer' | 'error'>;

/** An action that was asked for, by hand or by a script. */
export interface Act extends Whose {
  readonly at: string;
  readonly action: string;
  readonly by: 'hand' | 'script';
  readonly error?: string;
}

/** What the sandbox saw and did, so that a test can say "one refund" and a developer can see why. */
export function createLedger() {
  const calls = createLog<Call>();
  const deliveries = createLog<Delivery>();
  const dropped = createLog<Dropped>();
  const actions = createLog<Act>();
  return {
    calls,
    deliveries,
    dropped,
    actions,
    /** Of one order, or of all; the log-ins are there in any case. */
    view(orderId?: string, kind?: Kind) {
      const keep = (entry: Whose) =>
        (orderId === undefined || entry.orderId === orderId) && (kind === undefined || entry.kind === kind);
      return {
        logins: calls.entries(({ operation }) => operation === 'login'),
        reads: calls.entries((call) => call.operation === 'read' && keep(call)),
        commands: calls.entries((call) => !['read', 'login'].includes(call.operation) && keep(call)),
        deliveries: deliveries.entries(keep),
        dropped: dropped.entries(keep),
        actions: actions.entries(keep),
      };
    },
    clear() {
      for (const log of [calls, deliveries, dropped, actions]) log.clear();
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
