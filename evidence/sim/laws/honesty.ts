import type { Order } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import type { Entry } from '../../kit/oracle/truth.ts';
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
    const { statuses, told, world } = record;
    const allowed = new Set(statuses);
    // No read succeeded yet, the shopper never paid, or the provider has no such payment.
    const isUnpaid = !told || expectedOf(told, world.kind, undefined).status === 'created';
    if (record.wasTerminated || isUnpaid) allowed.add('created').add('expired');
    return allowed;
  }

  function checkBucket(order: Order, bucket: (typeof buckets)[number][0], kind: Entry['kind']): void {
    const amount = order.amounts[bucket];
    // What went back at BridgerPay is told by a word about what was captured.
    const kinds = bucket === 'refunded' ? ([kind, 'capture'] as const) : [kind];
    const most = Math.max(...kinds.map(mostOf));
    if (amount !== undefined && amount > most)
      report('no unproven claim moves an order', `${bucket} ${amount} is shown, reads told ${most} at most`);
  }

  /** The sum of all entries of a kind, each at the highest amount that a read told. */
  function mostOf(kind: Entry['kind']): number {
    const highest = new Map<string, number>();
    for (const { entries } of record.shown)
      for (const entry of entries)
        if (entry.kind === kind)
          highest.set(entry.id, Math.max(entry.amount ?? 0, highest.get(entry.id) ?? 0));
    return [...highest.values()].reduce((sum, amount) => sum + amount, 0);
  }
}

const buckets = [
  ['authorized', 'authorization'],
  ['captured', 'capture'],
  ['capturePending', 'capture'],
  ['refunded', 'refund'],
  ['refundPending', 'refund'],
] as const;
