import { cancellationSignal, heartbeat } from '@temporalio/activity';
import limitConcurrency from 'p-limit';
import { driftOf, type Drift, type DriftReport } from '../domain/order/drift.ts';
import type { Order } from '../domain/order/view.ts';
import type { ProviderClient, ReadTarget } from '../providers/provider.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

/** An order with what its provider calls it. */
export interface SweptOrder {
  readonly order: Order;
  readonly target: ReadTarget;
}

/** The orders of an account, as a broom sees them. `onLook` is told of each look at one of many. */
export interface SweptOrders {
  /** Every order whose run goes on. */
  running(account: string): AsyncIterable<SweptOrder>;
  /** Orders that an operator or a failure has ended, so that nobody looks after them: ids. */
  gone(account: string, onLook: () => void): Promise<readonly string[]>;
  /** Orders whose workflow tasks keep failing: ids. */
  failing(account: string): Promise<readonly string[]>;
  /** Orders that should have escalated long ago and do not do what they planned either: ids. */
  overdue(account: string, onLook: () => void): Promise<readonly string[]>;
  /** Opens the run of an order anew; false where somebody else has done so meanwhile. */
  reopen(id: string): Promise<boolean>;
  /** Has an order read its provider; false where it cannot: it is over, or its tasks fail. `key` makes a repeat the same. */
  recheck(id: string, asked: { readonly key: string; readonly by: string }): Promise<boolean>;
}

export interface SweepDependencies {
  readonly orders: SweptOrders;
  readonly clientOf: (account: string) => ProviderClient | undefined;
  readonly breaker: CircuitBreaker;
}

/** What a sweep has found. `examples` are a few ids of each. */
export interface SweepReport {
  readonly account: string;
  readonly reopened: number;
  readonly rechecked: number;
  /** These need a person: a change of the code that does not fit their history, or a payload that cannot be decoded. */
  readonly failing: number;
  readonly examples: { readonly reopened: readonly string[]; readonly failing: readonly string[] };
}

/** The hands of the sweeps. */
export interface SweepActivities {
  sweepOrders(request: { readonly account: string; readonly key: string }): Promise<SweepReport>;
  compareOrders(request: { readonly account: string; readonly key: string }): Promise<DriftReport>;
}

const examplesKept = 20;
const driftsKept = 50;
// At night, beside the rechecks: nobody waits for it.
const readsAtOnce = 4;

/** Builds the activities of the sweeps. Each may be repeated: what it does is keyed. */
export function createSweepActivities({
  orders,
  clientOf,
  breaker: outages,
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

    async compareOrders({ account, key }) {
      const client = clientOf(account);
      const found = { compared: 0, unread: 0, drifts: [] as Drift[] };
      const limit = limitConcurrency(readsAtOnce);
      const compare = async ({ order, target }: SweptOrder) => {
        const answer =
          client && outages.openForMs(account) === 0
            ? await client.read(target, cancellationSignal())
            : undefined;
        if (answer) outages.note(account, target.key, answer.ok ? undefined : answer.failure);
        const differences = answer?.ok ? driftOf(order, answer.reading) : [];
        if (answer?.ok) found.compared += 1;
        else found.unread += 1;
        if (differences.length > 0) {
          found.drifts.push({ id: order.id, differences });
          await orders.recheck(order.id, { key, by: 'drift report' });
        }
        heartbeat({ compared: found.compared, unread: found.unread, drifted: found.drifts.length });
      };
      const underWay = new Set<Promise<void>>();
      for await (const swept of orders.running(account)) {
        cancellationSignal().throwIfAborted();
        const one: Promise<void> = limit(() => compare(swept)).finally(() => underWay.delete(one));
        underWay.add(one);
        // Ten thousand orders are not held all at once.
        if (underWay.size >= 10 * readsAtOnce) await Promise.race(underWay);
      }
      await Promise.all(underWay);
      const { compared, unread, drifts } = found;
      return { account, compared, unread, drifted: drifts.length, drifts: drifts.slice(0, driftsKept) };
    },
  };
}
