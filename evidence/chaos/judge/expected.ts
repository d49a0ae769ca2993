import type { PlannedOrder } from '../plan/types.ts';
import { signalledHooks, truthOf, type Case } from './case.ts';
import type { Amounts, ShownOrder } from './evidence.ts';
import type { ProviderState } from './provider-state.ts';

/** What the service must show of an order in the end. An amount that is undefined must not be shown, or be 0. */
export interface Expected {
  readonly status: string;
  readonly amounts: { readonly [Bucket in keyof Amounts]?: number | undefined };
}

export const buckets = [
  'authorized',
  'captured',
  'capturePending',
  'refunded',
  'refundPending',
  'cancelled',
] as const;

/** What an honest service shows once it has had the time to look. */
export function expectedOf(found: Case): Expected {
  const truth = truthOf(found);
  if (!truth) return { status: statusWithoutPayment(found.order), amounts: {} };
  // Nobody has paid in time.
  const status = truth.status === 'created' ? 'expired' : truth.status;
  return { status, amounts: { ...truth, refunded: refundedAsTold(found, truth) } };
}

/** Why an order is not as it must be, or nothing where it is. */
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

/** A registered session that the provider does not know waits for a person; any other was nobody's. */
function statusWithoutPayment({ registration }: PlannedOrder): string {
  return registration ? 'created' : 'expired';
}

/** BridgerPay's reads tell that a part went back and not how much: what notifications have told counts, or all of it. */
function refundedAsTold(found: Case, { refunded, captured }: ProviderState): number | undefined {
  if (found.order.provider === 'briqpay' || refunded >= captured) return refunded;
  const told = signalledHooks(found).reduce(
    (total, { content }) => total + ('type' in content && content.amount !== undefined ? content.amount : 0),
    0,
  );
  return told > 0 ? told : undefined;
}
