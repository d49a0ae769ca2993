import type { BridgerpayOrder } from '../../../sandbox/bridgerpay/order.ts';
import type { Session } from '../../../sandbox/briqpay/session.ts';
import { notifiedEntry, truthOfOrder } from '../../kit/oracle/bridgerpay.ts';
import { truthOfSession } from '../../kit/oracle/briqpay.ts';
import { buckets, expectedOf, type Bucket, type RegisteredTerms } from '../../kit/oracle/expected.ts';
import { reasonsIn } from '../../kit/oracle/reasons.ts';
import { toldBy, type Told } from '../../kit/oracle/told.ts';
import type { Kind } from '../../kit/oracle/truth.ts';

/** What a provider holds of a payment at one moment: minor units, and the status that an honest service shows. */
export interface ProviderState extends Readonly<Record<Bucket, number>> {
  readonly at: number;
  readonly status: string;
  /** Why a person is needed, by what it holds. */
  readonly reasons?: readonly string[];
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
    return { key: value.sessionId, state: stateOf(at, 'deposit', toldBy(truthOfSession(value))) };
  const { kind, orderId, attempts, refunds, request } = value;
  // Shops register what they ask for.
  const terms = { expected: { amount: request.amount, currency: request.currency } };
  // Every refund counts here, whether its notification arrived or not.
  const claims = refunds.flatMap((refund) => {
    const deposit = attempts.find(({ id }) => id === refund.attemptId);
    if (!deposit) return [];
    return [{ entry: notifiedEntry(refund), isWhole: false, payments: [deposit.transactionId] }];
  });
  return { key: `${kind}:${orderId}`, state: stateOf(at, kind, toldBy(truthOfOrder(value), claims), terms) };
}

function stateOf(at: number, kind: Kind, told: Told, terms?: RegisteredTerms): ProviderState {
  const { status, amounts } = expectedOf(told, kind, undefined);
  const sums = Object.fromEntries(buckets.map((bucket) => [bucket, amounts[bucket] ?? 0]));
  // Nothing lapses within the hour of a run.
  const context = { kind, terms, status, now: 0, expiryWarning: 0 };
  const reasons = [...new Set(reasonsIn(told, context).map(({ code }) => code))];
  return { at, status, ...(sums as Record<Bucket, number>), ...(reasons.length > 0 && { reasons }) };
}
