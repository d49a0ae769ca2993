import { outcomeOf } from './attempts.ts';
import { currencyOf } from './currency.ts';
import { settlements, type Facts, type Terms } from './payment.ts';
import {
  authorizedOf,
  ceilingOf,
  inCurrency,
  isTaken,
  movementsOf,
  paymentsOf,
  sumOf,
  total,
  type Payment,
} from './payments.ts';
import { refundedSum } from './refunds.ts';

/** The buckets of an order in minor units of one currency. A bucket that is absent is unknown, which is not 0. */
export interface Amounts {
  readonly currency?: string;
  readonly expected?: number;
  readonly authorized?: number;
  readonly captured?: number;
  readonly capturePending?: number;
  readonly refunded?: number;
  readonly refundPending?: number;
  readonly cancelled?: number;
}

/** The sums of an order, computed from its facts and never incremented, so that nothing is counted twice. */
export function amountsOf(facts: Facts, terms?: Terms): Amounts {
  const currency = currencyOf(facts, terms);
  const expected = terms?.expected.amount;
  const frame = { ...(currency && { currency }), ...(expected !== undefined && { expected }) };
  if (facts.presence === 'unseen') return frame;

  const authorized = authorizedSum(facts, currency);
  const captured = capturedSum(facts, currency);
  return dropUnknown({
    ...frame,
    authorized,
    captured,
    capturePending: sumOf(movementsOf(facts, 'capture', 'pending'), currency),
    refunded: refundedSum(facts, currency),
    refundPending: sumOf(movementsOf(facts, 'refund', 'pending'), currency),
    cancelled: cancelledSum(facts, currency, authorized, captured),
  });
}

/** The most that can be captured in all, in minor units of the currency; undefined where unknown. */
export function ceilingSum(facts: Facts, currency: string | undefined): number | undefined {
  const payments = paymentsOf(facts);
  return payments.length === 0 ? undefined : total(payments.map((payment) => ceilingOf(payment, currency)));
}

function authorizedSum(facts: Facts, currency: string | undefined): number | undefined {
  const payments = paymentsOf(facts);
  if (payments.length === 0) return outcomeOf(facts) === 'approved' ? undefined : 0;
  const known = payments.filter(({ authorizations }) => inCurrency(authorizations, currency).length > 0);
  return known.length === 0 ? undefined : total(known.map((payment) => authorizedOf(payment, currency)));
}

function capturedSum(facts: Facts, currency: string | undefined): number | undefined {
  const isUntold = facts.captured !== undefined && movementsOf(facts, 'capture', ...settlements).length === 0;
  return isUntold ? undefined : sumOf(movementsOf(facts, 'capture', 'approved'), currency);
}

/** What was released: by a cancel, by a provider that took its payment for less, or because it lapsed. */
function cancelledSum(
  facts: Facts,
  currency: string | undefined,
  authorized: number | undefined,
  captured: number | undefined,
): number | undefined {
  // A cancelled attempt releases nothing while another one may follow.
  if (outcomeOf(facts) === 'pending') return 0;
  const payments = paymentsOf(facts);
  const rests = payments.map((payment) => releasedOf(payment, currency));
  const isAll = facts.outcome === 'cancelled' || (rests.length > 0 && rests.every((rest) => rest === 'all'));
  const released = rests.filter((rest) => rest !== 0);
  if (!isAll && released.length === 0) return 0;
  if (authorized === undefined || captured === undefined) return undefined;
  const uncaptured = Math.max(0, authorized - captured);
  if (isAll) return uncaptured;
  const sums = payments.map((payment, index) => {
    const rest = rests[index];
    return rest === 'all' ? authorizedOf(payment, currency) : rest;
  });
  const known = total(sums);
  return known === undefined ? undefined : Math.min(uncaptured, known);
}

/** What is released of one payment: all that is not captured, a sum, or nothing. */
function releasedOf(payment: Payment, currency: string | undefined): 'all' | number | undefined {
  if (isTaken(payment)) {
    const [authorized, taken] = [authorizedOf(payment, currency), sumOf(payment.captures, currency)];
    return authorized === undefined || taken === undefined ? undefined : Math.max(0, authorized - taken);
  }
  const isReleased = payment.authorizations.every(
    ({ status, lapsedAt }) => status === 'cancelled' || lapsedAt !== undefined,
  );
  return isReleased ? 'all' : 0;
}

function dropUnknown(amounts: { [Bucket in keyof Amounts]: Amounts[Bucket] | undefined }): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== undefined)) as Amounts;
}
