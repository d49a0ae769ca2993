import { parseDecimal } from '../../domain/money/money.ts';
import type { Movement, Reading, Settlement } from '../../domain/money/payment.ts';
import { lookUp } from '../words.ts';
import type { Deposit, Payout } from './schemas.ts';
import { depositStatuses, payoutStatuses, something, type DepositMeaning } from './vocabulary.ts';

/** Nobody has paid yet: that is normal until somebody does. */
export const absent: Reading = { presence: 'absent', movements: [] };

/** A deposit as a reading. An order stays open for another attempt, whatever has become of this one. */
export function depositReading(deposit: Deposit): Reading {
  const unknown: string[] = [];
  const word = something(deposit.status)?.toLowerCase();
  const meaning: DepositMeaning | undefined = lookUp(depositStatuses, word);
  if (!meaning) unknown.push(word ?? 'no status');
  const { outcome, capture, refunded, isOnHold } = meaning ?? {};
  const money = moneyOf(deposit, unknown);
  const id = something(deposit.transaction_id) ?? 'deposit';
  const group = something(deposit.psp_order_id);
  const method = something(deposit.payment_method) ?? something(deposit.psp_name);
  const movements: Movement[] = [
    ...(outcome
      ? [{ kind: 'authorization' as const, id, status: outcome, ...money, ...(group && { group }) }]
      : []),
    ...(capture
      ? [{ kind: 'capture' as const, id, status: capture, ...money, automatic: true as const }]
      : []),
  ];
  return {
    presence: 'open',
    ...(outcome && { outcome }),
    ...(refunded && { refunded }),
    movements,
    ...(method !== undefined && { method: method.toLowerCase() }),
    ...(isOnHold && { onHold: true }),
    ...(unknown.length > 0 && { unknown }),
  };
}

/** The payouts of one order as a reading: paid when one of them is, rejected when all are. */
export function payoutReading(payouts: readonly Payout[]): Reading {
  const unknown: string[] = [];
  const movements = payouts.map((payout, index): Movement => {
    const word = something(payout.status)?.toLowerCase();
    const status = lookUp(payoutStatuses, word);
    if (!status) unknown.push(word ?? 'no status');
    const id = something(payout.transaction_id) ?? something(payout.id) ?? `payout-${index}`;
    return { kind: 'authorization', id, status: status ?? 'pending', ...moneyOf(payout, unknown) };
  });
  const outcome = strongest(movements.map(({ status }) => status));
  return {
    presence: 'open',
    ...(outcome && unknown.length === 0 && { outcome }),
    movements,
    ...(unknown.length > 0 && { unknown }),
  };
}

function strongest(statuses: readonly Settlement[]): Settlement | undefined {
  return (['approved', 'pending', 'rejected', 'cancelled'] as const).find((status) =>
    statuses.includes(status),
  );
}

/** Major units as minor ones; an amount that does not fit its currency is told, never rounded. */
function moneyOf({ amount: told, currency: code }: Deposit | Payout, unknown: string[]) {
  const currency = something(code);
  const minor = currency === undefined || told == null ? undefined : parseDecimal(told, currency);
  // Below zero it is no money that came in.
  const amount = minor !== undefined && minor < 0 ? undefined : minor;
  if (amount === undefined && told != null) unknown.push(`amount ${told} ${currency ?? ''}`.trim());
  return { ...(amount !== undefined && { amount }), ...(currency !== undefined && { currency }) };
}
