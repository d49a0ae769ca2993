import type { Behaviour } from './behaviour.ts';
import { Denial } from './envelope.ts';
import { addRefund } from './life.ts';
import { majorOf, minorOf } from './money.ts';
import { type Attempt, type Change, type Order, type Source, refundedOf } from './order.ts';
import { isPaid } from './vocabulary.ts';

export interface Refunding {
  readonly deposit: Attempt;
  /** Minor units. */
  readonly amount: number;
}

/** What a refund request comes to, by the rules of the API: the rest, or `text` in major units up to the rest. */
export function refundable(
  order: Order,
  deposit: Attempt,
  text: string | undefined,
  { allowRefunds }: Behaviour,
): Refunding {
  const rest = deposit.amount - refundedOf(order, deposit);
  const amount = text === undefined ? rest : minorOf(text, deposit.currency);
  if (!allowRefunds) throw new Denial(400, 'Refunds are not allowed for this transaction');
  if (!isPaid(deposit.status) || order.kind === 'payout')
    throw new Denial(400, `A transaction that is ${deposit.status} can not be refunded`);
  if (amount === undefined) throw new Denial(400, `Amount '${text}' is invalid`);
  if (amount > rest || amount <= 0) {
    const [asked, left] = [text ?? '0', oneDecimal(majorOf(Math.max(0, rest), deposit.currency))];
    throw new Denial(400, `Amount '${asked}' is higher than the available amount for refund '${left}'`);
  }
  return { deposit, amount };
}

export function refundOf(order: Order, { deposit, amount }: Refunding, source: Source): Change {
  return addRefund(order, deposit, { amount, currency: deposit.currency, refundId: source.uuid() }, source);
}

/** Their messages say `3.0`. */
function oneDecimal(amount: number): string {
  return Number.isInteger(amount) ? `${amount}.0` : String(amount);
}
