import type { Order } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import type { Checker, Law } from './law.ts';
import { unreadAmounts, type Expected } from '../../kit/oracle/expected.ts';

const finals = ['refunded', 'rejected', 'cancelled', 'expired', 'paid_out'];

/** An order shows what the reads told, to the minor unit, and in the end the truth. */
export function outcome({ record, report }: Checker): Law {
  return {
    observe(observation: Observation) {
      if (observation.is !== 'published' || record.isReading || record.isTaskMixed) return;
      const { expected } = record;
      if (expected) compare('what is shown is what reads told', observation.order, expected);
    },
    end() {
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
        compare('in the end an order says the truth', order, record.expected ?? unread());
      if (record.moment !== last) return;
      if (order.status === 'created' && record.told && !record.told.unknownWords?.length)
        report('who never pays is given up', `created since ${order.createdAt}`);
      checkReference(order);
      if (order.unverifiedSince !== null && record.failingSince === undefined)
        report('in the end nothing is unverified', `unverified since ${order.unverifiedSince}`);
    },
  };

  function unread(): Expected {
    return { status: record.terms ? 'created' : 'expired', amounts: unreadAmounts(record.terms) };
  }

  function compare(law: string, order: Order, { status, amounts }: Expected): void {
    if (record.isUncertain) return;
    // Whether it may be expired already is for another law.
    const isGivenUp = status === 'created' && order.status === 'expired';
    if (order.status !== status && !isGivenUp) report(law, `status ${order.status}, not ${status}`);
    const names = new Set([
      ...Object.keys(amounts),
      ...Object.keys(order.amounts),
    ] as (keyof Order['amounts'])[]);
    if (record.areClaimsUncertain) names.delete('refunded');
    for (const name of names) {
      const shown = order.amounts[name];
      if (shown !== amounts[name]) report(law, `${name} ${shown}, not ${amounts[name]}`);
    }
  }

  function checkReference({ reference }: Order): void {
    const { terms, told } = record;
    const expected = terms?.reference ?? told?.reference;
    if (reference !== expected)
      report('in the end an order says the truth', `reference ${reference}, not ${expected}`);
  }

  function nameOf(moment: number | undefined): string {
    return moment === undefined ? 'nothing' : (record.world.moments[moment]?.what ?? 'that nothing is there');
  }
}
