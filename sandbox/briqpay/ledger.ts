import { createLog } from '../log.ts';
import type { Operation } from './faults.ts';

/** A call at the provider's API. `status` is absent while it hangs; `fault` is the kind of the applied fault. */
export interface Call {
  readonly at: string;
  readonly operation: Operation;
  sessionId?: string;
  status?: number;
  fault?: string;
}

export interface Delivery {
  readonly at: string;
  readonly sessionId: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly answer?: number;
  readonly error?: string;
}

export type Dropped = Pick<Delivery, 'at' | 'sessionId' | 'url' | 'body'>;

/** An action by hand or by a script. */
export interface ActionRecord {
  readonly at: string;
  readonly sessionId: string;
  readonly action: string;
  readonly by: 'hand' | 'script';
  readonly error?: string;
}

/** The record of calls, hooks and actions, so that a test can assert "one capture" and a developer can look up why. */
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
    view(sessionId?: string) {
      const keep = (entry: { sessionId?: string }) =>
        sessionId === undefined || entry.sessionId === sessionId;
      return {
        reads: calls.entries((call) => call.operation === 'read' && keep(call)),
        commands: calls.entries((call) => call.operation !== 'read' && keep(call)),
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
