import type { Behaviour } from './behaviour.ts';
import { ApiError } from './envelope.ts';
import { addRefund } from './apply-action.ts';
import { majorOf, minorOf } from './money.ts';
import { type Attempt, type Change, type BridgerpayOrder, type Source, refundedOf } from './order.ts';
import { isPaid } from './vocabulary.ts';

export interface AllowedRefund {
  readonly deposit: Attempt;
  /** Minor units. */
  readonly amount: number;
}

/** Checks a refund request by the rules of the API: the rest of the deposit, or `text` (major units) up to the rest. */
export function allowedRefund(
  order: BridgerpayOrder,
  deposit: Attempt,
  text: string | undefined,
  { allowRefunds }: Behaviour,
): AllowedRefund {
  const rest = deposit.amount - refundedOf(order, deposit);
  const amount = text === undefined ? rest : minorOf(text, deposit.currency);
  if (!allowRefunds) throw new ApiError(400, 'Refunds are not allowed for this transaction');
  if (!isPaid(deposit.status) || order.kind === 'payout')
    throw new ApiError(400, `A transaction that is ${deposit.status} can not be refunded`);
  if (amount === undefined) throw new ApiError(400, `Amount '${text}' is invalid`);
  if (amount > rest || amount <= 0) {
    const [asked, left] = [text ?? '0', oneDecimal(majorOf(Math.max(0, rest), deposit.currency))];
    throw new ApiError(400, `Amount '${asked}' is higher than the available amount for refund '${left}'`);
  }
  return { deposit, amount };
}

export function refundOf(order: BridgerpayOrder, { deposit, amount }: AllowedRefund, source: Source): Change {
  return addRefund(order, deposit, { amount, currency: deposit.currency, refundId: source.uuid() }, source);
}

/** BridgerPay's messages write whole numbers as `3.0`. */
function oneDecimal(amount: number): string {
  return Number.isInteger(amount) ? `${amount}.0` : String(amount);
}
