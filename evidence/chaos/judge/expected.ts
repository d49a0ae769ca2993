import { buckets, type Expected } from '../../kit/oracle/expected.ts';
import type { PlannedOrder } from '../plan/types.ts';
import { signalledHooks, truthOf, type Case } from './case.ts';
import type { Amounts, ShownOrder } from './evidence.ts';
import type { ProviderState } from './provider-state.ts';

/** What the service must show of an order in the end. An amount that is undefined or 0 may be left out. */
export function expectedOf(found: Case): Expected {
  const truth = truthOf(found);
  if (!truth) return { status: statusWithoutPayment(found.order), amounts: {} };
  // An order that nobody pays expires.
  const status = truth.status === 'created' ? 'expired' : truth.status;
  return { status, amounts: { ...truth, refunded: refundedAsNotified(found, truth) } };
}

/** How an order differs from what it must be; undefined where it does not. */
export function difference(expected: Expected, shown: ShownOrder): string | undefined {
  const wrong = [
    ...(shown.status === expected.status ? [] : [`status ${shown.status}, must be ${expected.status}`]),
    ...amountDifferences(expected, shown.amounts),
  ];
  return wrong.length > 0 ? wrong.join('; ') : undefined;
}

export function amountDifferences({ amounts }: Expected, shown: Amounts): string[] {
  return buckets.flatMap((bucket) => {
    const [must, is] = [amounts[bucket], shown[bucket]];
    const isSame = must === undefined || must === 0 ? (is ?? 0) === 0 : is === must;
    return isSame ? [] : [`${bucket} ${is ?? 'unknown'}, must be ${must ?? 'unknown'}`];
  });
}

/** A registered session that the provider does not know waits for a person; any other is of no merchant and expires. */
function statusWithoutPayment({ registration }: PlannedOrder): string {
  return registration ? 'created' : 'expired';
}

/** BridgerPay's reads tell of a partial refund but not how much: the refunds that notifications told count. */
function refundedAsNotified(found: Case, { refunded, captured }: ProviderState): number | undefined {
  if (found.order.provider === 'briqpay' || refunded >= captured) return refunded;
  const told = signalledHooks(found).reduce(
    (total, { content }) => total + ('type' in content && content.amount !== undefined ? content.amount : 0),
    0,
  );
  return told > 0 ? told : undefined;
}
