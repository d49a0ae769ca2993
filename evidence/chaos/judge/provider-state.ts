import type { BridgerpayOrder } from '../../../sandbox/bridgerpay/order.ts';
import type { Session } from '../../../sandbox/briqpay/session.ts';
import { notifiedEntry, truthOfOrder } from '../../kit/oracle/bridgerpay.ts';
import { truthOfSession } from '../../kit/oracle/briqpay.ts';
import { buckets, expectedOf, type Bucket } from '../../kit/oracle/expected.ts';
import type { Kind, Truth } from '../../kit/oracle/truth.ts';

/** What a provider holds of a payment at one moment: minor units, and the status that an honest service shows. */
export interface ProviderState extends Readonly<Record<Bucket, number>> {
  readonly at: number;
  readonly status: string;
  /** A capture or a refund of it was rejected. */
  readonly hasFailed?: true;
}

/** A line of the sandbox's state file: the whole payment as it was from then on. */
export interface StateLine {
  readonly provider: string;
  readonly at: number;
  readonly value: Session | BridgerpayOrder;
}

/** What a line of the state file means, and the key of its payment. */
export function providerStateOf({ at, value }: StateLine): {
  readonly key: string;
  readonly state: ProviderState;
} {
  if ('sessionId' in value)
    return { key: value.sessionId, state: stateOf(at, 'deposit', truthOfSession(value)) };
  const { kind, orderId, refunds } = value;
  // Every refund counts here, whether its notification arrived or not.
  const truth = { ...truthOfOrder(value), notified: refunds.map(notifiedEntry) };
  return { key: `${kind}:${orderId}`, state: stateOf(at, kind, truth) };
}

function stateOf(at: number, kind: Kind, truth: Truth): ProviderState {
  const { status, amounts } = expectedOf(truth, kind, undefined);
  const sums = Object.fromEntries(buckets.map((bucket) => [bucket, amounts[bucket] ?? 0]));
  const hasFailed = truth.entries.some(
    (entry) => entry.kind !== 'authorization' && entry.status === 'rejected',
  );
  return {
    at,
    status,
    ...(sums as Record<Bucket, number>),
    ...(hasFailed && { hasFailed: true as const }),
  };
}
