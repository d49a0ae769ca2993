import { cancellationSignal, heartbeat } from '@temporalio/activity';
import limitConcurrency from 'p-limit';
import { driftOf, type Drift, type DriftReport } from '../domain/order/drift.ts';
import { isUnknown, type Order } from '../domain/order/view.ts';
import type { ProviderClient, ReadTarget } from '../providers/provider.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

/** An order, and the payment of its provider to compare it with. */
interface SweptOrder {
  readonly order: Order;
  readonly target: ReadTarget;
}

/** The orders of an account, as a sweep queries them. `onProgress` is called after each order that a query looked at. */
export interface SweptOrders {
  /** Every order whose workflow is running. */
  running(account: string): AsyncIterable<SweptOrder>;
  /** Ids of the orders whose workflow was terminated or failed, so that no workflow carries them on. */
  gone(account: string, onProgress: () => void): Promise<readonly string[]>;
  /** Ids of the orders whose workflow tasks keep failing. */
  failing(account: string): Promise<readonly string[]>;
  /** Ids of the orders that should have escalated long ago, and whose planned next step is overdue too. */
  overdue(account: string, onProgress: () => void): Promise<readonly string[]>;
  /** Starts a new run of an order; false where another process has already done so. */
  reopen(id: string): Promise<boolean>;
  /**
   * Tells orders of one registered reference that are paid more than once of each other, where one has changed `since`
   * (epoch milliseconds) and the set is another than before. A reference of which an order cannot be asked is `undecided`.
   */
  tellPaidTwice(
    account: string,
    look: { readonly since: number; readonly key: string; readonly onLook: () => void },
  ): Promise<{ readonly told: number; readonly undecided: number }>;
  /** As `StuckOrders.recheck`. */
  recheck(id: string, command: { readonly key: string; readonly by: string }): Promise<boolean>;
}

export interface SweepDependencies {
  readonly orders: SweptOrders;
  readonly clientOf: (account: string) => ProviderClient | undefined;
  readonly breaker: CircuitBreaker;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The result of a sweep. `examples` are a few ids of each kind. */
export interface SweepReport {
  readonly account: string;
  readonly reopened: number;
  readonly rechecked: number;
  /** These need a person: the code does not fit their history, or a payload cannot be decoded. */
  readonly failing: number;
  readonly examples: { readonly reopened: readonly string[]; readonly failing: readonly string[] };
}

/** Which orders were told that others of their reference are paid too, or that this is over. */
export interface PaidTwiceReport {
  readonly told: number;
  /** References of which an order could not be asked; the next look begins where this one did. */
  readonly undecided: number;
  /** Where the next look begins, epoch milliseconds. */
  readonly lookedUntil: number;
}

/** The activities of the sweep workflows. */
export interface SweepActivities {
  sweepOrders(request: { readonly account: string; readonly key: string }): Promise<SweepReport>;
  findPaidTwice(request: {
    readonly account: string;
    readonly key: string;
    readonly since: number;
  }): Promise<PaidTwiceReport>;
  compareOrders(request: { readonly account: string; readonly key: string }): Promise<DriftReport>;
}

const examplesKept = 20;
const driftsKept = 50;
const overlapMs = 60_000;
// Few, since the comparison runs at night beside the rechecks and is not urgent.
const readsAtOnce = 4;

/** Builds the activities of the sweeps. They are safe to retry, because their commands carry a key. */
export function createSweepActivities({
  orders,
  clientOf,
  breaker,
  now,
}: SweepDependencies): SweepActivities {
  return {
    async sweepOrders({ account, key }) {
      const gone = await orders.gone(account, () => heartbeat());
      const failing = await orders.failing(account);
      const overdue = await orders.overdue(account, () => heartbeat());
      const reopened: string[] = [];
      for (const id of gone) {
        if (await orders.reopen(id)) reopened.push(id);
        heartbeat({ reopened: reopened.length, of: gone.length });
      }
      let rechecked = 0;
      for (const id of overdue) {
        if (await orders.recheck(id, { key, by: 'sweep' })) rechecked += 1;
        heartbeat({ rechecked, of: overdue.length });
      }
      return {
        account,
        reopened: reopened.length,
        rechecked,
        failing: failing.length,
        examples: { reopened: reopened.slice(0, examplesKept), failing: failing.slice(0, examplesKept) },
      };
    },

    async findPaidTwice({ account, key, since }) {
      // Visibility and the clocks of workers may be a moment behind.
      const begun = now() - overlapMs;
      const { told, undecided } = await orders.tellPaidTwice(account, {
        since,
        key,
        onLook: () => heartbeat(),
      });
      return { told, undecided, lookedUntil: undecided > 0 ? since : Math.max(since, begun) };
    },

    async compareOrders({ account, key }) {
      const client = clientOf(account);
      const totals = { compared: 0, unread: 0, drifts: [] as Drift[] };
      const limit = limitConcurrency(readsAtOnce);
      const compare = async ({ order, target }: SweptOrder) => {
        const attempt =
          client && breaker.openForMs(account) === 0
            ? await client.read(target, cancellationSignal())
            : undefined;
        if (attempt && !isUnknown(order))
          breaker.record(account, target.key, attempt.ok ? undefined : attempt.failure);
        const differences = attempt?.ok ? driftOf(order, attempt.reading) : [];
        if (attempt?.ok) totals.compared += 1;
        else totals.unread += 1;
        if (differences.length > 0) {
          totals.drifts.push({ id: order.id, differences });
          await orders.recheck(order.id, { key, by: 'drift report' });
        }
        heartbeat({ compared: totals.compared, unread: totals.unread, drifted: totals.drifts.length });
      };
      const underWay = new Set<Promise<void>>();
      for await (const swept of orders.running(account)) {
        cancellationSignal().throwIfAborted();
        const comparison: Promise<void> = limit(() => compare(swept)).finally(() =>
          underWay.delete(comparison),
        );
        underWay.add(comparison);
        // Bounds how many orders of ten thousand are in memory at once.
        if (underWay.size >= 10 * readsAtOnce) await Promise.race(underWay);
      }
      await Promise.all(underWay);
      const { compared, unread, drifts } = totals;
      return { account, compared, unread, drifted: drifts.length, drifts: drifts.slice(0, driftsKept) };
    },
  };
}
