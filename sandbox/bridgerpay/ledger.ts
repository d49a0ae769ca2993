import { createLog } from '../log.ts';
import type { Operation } from './faults.ts';
import type { Kind } from './vocabulary.ts';

/** The order of an entry; a login has none. */
interface OrderRef {
  readonly kind?: Kind;
  readonly orderId?: string;
}

/**
 * A call at the provider's API. `status` is the HTTP status, absent while the call hangs; `code` is the code in the body;
 * `fault` is the kind of the applied fault.
 */
export interface Call extends OrderRef {
  readonly at: string;
  readonly operation: Operation;
  status?: number;
  code?: number;
  fault?: string;
}

export interface Delivery extends OrderRef {
  readonly at: string;
  readonly type: string;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly answer?: number;
  readonly error?: string;
}

export type Dropped = Omit<Delivery, 'attempt' | 'answer' | 'error'>;

/** An action by hand or by a script. */
export interface ActionRecord extends OrderRef {
  readonly at: string;
  readonly action: string;
  readonly by: 'hand' | 'script';
  readonly error?: string;
}

/** The record of calls, hooks and actions, so that a test can assert "one refund" and a developer can look up why. */
export function createLedger() {
  const calls = createLog<Call>();
  const deliveries = createLog<Delivery>();
  const dropped = createLog<Dropped>();
  const actions = createLog<ActionRecord>();
  return {
    calls,
    deliveries,
    dropped,
    actions,
    /** The entries of one order, or of all. Logins are always included. */
    view(orderId?: string, kind?: Kind) {
      const keep = (entry: OrderRef) =>
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
