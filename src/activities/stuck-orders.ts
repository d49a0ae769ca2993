import type { Reason } from '../domain/escalation/reasons.ts';
import type { Window } from '../domain/alerting/incident.ts';
import type { Order } from '../domain/order/view.ts';
import type { ReadTarget } from '../providers/provider.ts';

/** Which open escalations of an account to count or list; a field that is absent does not filter. */
export interface StuckFilter {
  readonly window?: Window;
  readonly minLevel?: number;
  readonly reason?: Reason;
}

/** The open escalations of all accounts at one moment. */
export interface Snapshot {
  /** How many orders are stuck. */
  readonly total: number;
  /** The accounts where an escalation opened recently; undefined where there were too many to list. */
  readonly recent: ReadonlySet<string> | undefined;
}

/** The stuck orders of an account, by queries that do not touch each order. */
export interface StuckOrders {
  count(account: string, filter: StuckFilter): Promise<number>;
  /** Lists at most `limit` of them, in no order. */
  list(account: string, filter: StuckFilter, limit: number): Promise<readonly Order[]>;
  /** Counts all accounts at once. An escalation that opened after `since` (epoch milliseconds) is a recent one. */
  snapshot(since: number): Promise<Snapshot>;
  /** A few payments to read in order to test whether the provider answers; none where the account has no open order. */
  probeTargets(account: string): Promise<readonly ReadTarget[]>;
  /**
   * Asks an order to read its provider. Returns false if it cannot: it has ended, or its tasks fail. A repeat with the
   * same `key` has no further effect.
   */
  recheck(id: string, command: { readonly key: string; readonly by: string }): Promise<boolean>;
}
