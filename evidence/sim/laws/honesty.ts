import type { Order } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import type { Entry, Truth } from '../world/world.ts';
import type { Checker, Law } from './law.ts';
import { expectedOf } from '../../kit/oracle/expected.ts';

/** No published order claims a status or money that no successful read so far could show. */
export function honesty({ record, report }: Checker): Law {
  return {
    observe(observation: Observation) {
      const order =
        observation.is === 'published'
          ? observation.order
          : observation.is === 'started'
            ? observation.memo
            : undefined;
      if (!order) return;
      const allowed = statusesNow();
      // Before the first read that was answered in the same task, nothing was known.
      if (record.isTaskMixed) allowed.add('created');
      if (!allowed.has(order.status))
        report(
          'no unproven claim moves an order',
          `${order.status} is shown, reads told ${[...allowed].join(', ')}`,
        );
      for (const [bucket, kind] of buckets) checkBucket(order, bucket, kind);
    },
  };

  function statusesNow(): Set<string> {
    const { shown, world, terms } = record;
    const statuses = new Set(
      shown.flatMap((truth, index) =>
        [truth, record.withNotified(truth), withEarlier(truth, shown.slice(0, index))].map(
          (one) => expectedOf(one, world.kind, terms).status,
        ),
      ),
    );
    // Nothing is known yet, nobody paid in time, or the provider knows nothing of it.
    if (record.wasTerminated || shown.every(({ outcome }) => outcome === undefined))
      statuses.add('created').add('expired');
    return statuses;
  }

  function checkBucket(order: Order, bucket: (typeof buckets)[number][0], kind: Entry['kind']): void {
    const amount = order.amounts[bucket];
    const shown = record.shown.map((truth) => record.withNotified(truth));
    // The word that all went back is about all that was taken.
    const isWhole = bucket === 'refunded' && shown.some(({ refundedWord }) => refundedWord === 'full');
    const most = Math.max(mostOf(shown, kind), isWhole ? mostOf(shown, 'capture') : 0);
    if (amount !== undefined && amount > most)
      report('no unproven claim moves an order', `${bucket} ${amount} is shown, reads told ${most} at most`);
  }
}

const buckets = [
  ['authorized', 'authorization'],
  ['captured', 'capture'],
  ['capturePending', 'capture'],
  ['refunded', 'refund'],
  ['refundPending', 'refund'],
] as const;

/** A read that leaves captures and refunds out takes none back: what earlier ones told of them goes on being so. */
function withEarlier(truth: Truth, earlier: readonly Truth[]): Truth {
  const known = new Map(earlier.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
  for (const entry of truth.entries) known.set(entry.id, entry);
  return { ...truth, entries: [...known.values()] };
}

/** Each entry once, at the highest amount that was ever shown. */
function mostOf(shown: readonly Truth[], kind: Entry['kind']): number {
  const highest = new Map<string, number>();
  for (const { entries, claim } of shown)
    for (const entry of [...entries, ...claim])
      if (entry.kind === kind) highest.set(entry.id, Math.max(entry.amount, highest.get(entry.id) ?? 0));
  return [...highest.values()].reduce((sum, amount) => sum + amount, 0);
}
