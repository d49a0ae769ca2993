import type { Order } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import type { Entry, Truth } from '../../kit/oracle/truth.ts';
import type { Checker, Law } from './law.ts';
import { expectedOf } from '../../kit/oracle/expected.ts';

/** No published order claims a status or money that no successful read so far could show. */
export function honesty({ record, report }: Checker): Law {
  return {
    observe(observation: Observation) {
      if (observation.is === 'published') check(observation.order);
      if (observation.is === 'started') check(observation.memo);
    },
  };

  function check(order: Order): void {
    const allowed = statusesNow();
    // What was published may be from before the first read that ended in the same task.
    if (record.isTaskMixed) allowed.add('created');
    if (!allowed.has(order.status))
      report(
        'no unproven claim moves an order',
        `${order.status} is shown, reads told ${[...allowed].join(', ')}`,
      );
    for (const [bucket, kind] of buckets) checkBucket(order, bucket, kind);
  }

  function statusesNow(): Set<string> {
    const { shown, world, terms } = record;
    const statuses = new Set(
      shown.flatMap((truth, index) =>
        [truth, record.withNotified(truth), withEarlier(truth, shown.slice(0, index))].map(
          (one) => expectedOf(one, world.kind, terms).status,
        ),
      ),
    );
    // No read succeeded yet, the shopper never paid, or the provider has no such payment.
    if (record.wasTerminated || shown.every(({ outcome }) => outcome === undefined))
      statuses.add('created').add('expired');
    return statuses;
  }

  function checkBucket(order: Order, bucket: (typeof buckets)[number][0], kind: Entry['kind']): void {
    const amount = order.amounts[bucket];
    const shown = record.shown.map((truth) => record.withNotified(truth));
    // The word of a full refund is about all that was captured.
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

/** Adds the entries of earlier reads: a read that leaves entries out takes none back. */
function withEarlier(truth: Truth, earlier: readonly Truth[]): Truth {
  const known = new Map(earlier.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
  for (const entry of truth.entries) known.set(entry.id, entry);
  return { ...truth, entries: [...known.values()] };
}

/** The sum of all entries of a kind, each at the highest amount that a read told. */
function mostOf(shown: readonly Truth[], kind: Entry['kind']): number {
  const highest = new Map<string, number>();
  for (const { entries, notified } of shown)
    for (const entry of [...entries, ...notified])
      if (entry.kind === kind) highest.set(entry.id, Math.max(entry.amount, highest.get(entry.id) ?? 0));
  return [...highest.values()].reduce((sum, amount) => sum + amount, 0);
}
