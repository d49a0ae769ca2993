import type { Order } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import type { Checker, Law } from './law.ts';
import { expectedOf, reasonsIn, unreadAmounts, type Expected } from '../../kit/oracle/expected.ts';

const finals = ['refunded', 'rejected', 'cancelled', 'expired', 'paid_out'];

/** An order shows what the reads told, to the minor unit, and in the end the truth. */
export function outcome({ record, report, settledFrom, isFaultFree }: Checker): Law {
  return {
    observe(observation: Observation) {
      if (observation.is !== 'published' || !record.areReadsInOrder || record.isReading || record.isTaskMixed)
        return;
      const truth = record.lastTruth;
      if (truth)
        compare('what is shown is what reads told', observation.order, expectedNow(observation.order));
    },
    end(at: number) {
      const { order, isRunning, world } = record;
      if (!order) return;
      const last = world.moments.length - 1;
      // An order in a final status with an escalation is read when a hook comes, and not on a schedule.
      const isLeftAlone = finals.includes(order.status) && order.escalation !== null;
      if (isRunning && last >= 0 && record.latest < last && !isLeftAlone)
        return report(
          'in the end an order knows the truth',
          `${nameOf(record.moment)} is known, ${nameOf(last)} is true`,
        );
      // A change after the close that no hook tells cannot be known.
      if (record.moment === last || (last < 0 && record.moment === undefined))
        compare('in the end an order says the truth', order, expectedNow(order));
      if (record.moment !== last) return;
      if (order.status === 'created' && !record.lastTruth?.hasUnknownWord && record.lastTruth)
        report('who never pays is given up', `created since ${order.createdAt}`);
      checkReference(order);
      if (order.unverifiedSince !== null && record.failingSince === undefined)
        report('in the end nothing is unverified', `unverified since ${order.unverifiedSince}`);
      checkReasons(order, at);
    },
  };

  /** What an order must show by now; whether it may be expired already is for another law. */
  function expectedNow(order: Order): Expected {
    const { lastTruth, world, terms } = record;
    if (!lastTruth) {
      return { status: terms ? 'created' : 'expired', amounts: unreadAmounts(terms) };
    }
    const expected = expectedOf(lastTruth, world.kind, terms);
    const isGivenUp = expected.status === 'created' && order.status === 'expired';
    return isGivenUp ? { ...expected, status: 'expired' } : expected;
  }

  function compare(law: string, order: Order, { status, amounts }: Expected): void {
    if (order.status !== status) report(law, `status ${order.status}, not ${status}`);
    const names = new Set([
      ...Object.keys(amounts),
      ...Object.keys(order.amounts),
    ] as (keyof Order['amounts'])[]);
    // A refund that only a hook told, before its payment could be read, may be known without its amount.
    if (!isFaultFree && record.received.some(({ tellsRefund }) => tellsRefund)) names.delete('refunded');
    for (const name of names) {
      const shown = order.amounts[name];
      if (shown !== amounts[name]) report(law, `${name} ${shown}, not ${amounts[name]}`);
    }
  }

  function checkReference({ reference }: Order): void {
    const { terms, lastTruth } = record;
    const expected = terms?.reference ?? lastTruth?.reference;
    if (reference !== expected)
      report('in the end an order says the truth', `reference ${reference}, not ${expected}`);
  }

  /** Every reason that follows from the truth is listed, and no other. */
  function checkReasons(order: Order, at: number): void {
    const { lastTruth, terms, policy } = record;
    if (!lastTruth) return;
    const given = reasonsIn(lastTruth, order.status, terms);
    const others = ['contradiction', 'authorization_expiring', 'unregistered', 'unverified'];
    for (const reason of order.escalation?.reasons ?? [])
      if (!given.has(reason) && !others.includes(reason))
        report('an escalation ends with its last reason', `${reason} is listed, and is not so`);
    const rung = Math.max(
      policy.pending.escalate[0],
      ...Object.values(policy.methods).map((ladder) => ladder.escalate?.[0] ?? 0),
    );
    const isOld = at - settledFrom() > rung + 6 * 3_600_000;
    const isDecided = record.decidedAt.length > 0;
    for (const reason of given)
      if (isOld && !isDecided && !order.escalation?.reasons.includes(reason as never))
        report('a reason for a person is listed', `${reason} is so, and is not listed`);
  }

  function nameOf(moment: number | undefined): string {
    return moment === undefined ? 'nothing' : (record.world.moments[moment]?.what ?? 'that nothing is there');
  }
}
