import { parseDecimal } from '../../domain/money/money.ts';
import type { Movement, Reading, Settlement } from '../../domain/money/payment.ts';
import { lookUp } from '../words.ts';
import type { Deposit, Payout } from './schemas.ts';
import { depositStatuses, payoutStatuses, something, type DepositMeaning } from './vocabulary.ts';

/** The reading of an order without a payment. */
export const absent: Reading = { presence: 'absent', movements: [] };

/** A deposit as a reading. The order stays open whatever the status, since the shopper may start another attempt. */
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
    ...(isOnHold && { flags: ['on_hold'] as const }),
    ...(unknown.length > 0 && { unknown }),
  };
}

/** The payouts of one order as a reading: approved when one of them is, rejected when all are. */
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

/** Converts major units to minor units. An amount with too many decimals is reported as unknown and never rounded. */
function moneyOf({ amount: major, currency: code }: Deposit | Payout, unknown: string[]) {
  const currency = something(code);
  const minor = currency === undefined || major == null ? undefined : parseDecimal(major, currency);
  // A negative amount is not a payment.
  const amount = minor !== undefined && minor < 0 ? undefined : minor;
  if (amount === undefined && major != null) unknown.push(`amount ${major} ${currency ?? ''}`.trim());
  return { ...(amount !== undefined && { amount }), ...(currency !== undefined && { currency }) };
}
