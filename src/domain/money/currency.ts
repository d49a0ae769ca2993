import { exponentOf } from './money.ts';
import type { Facts, Terms } from './payment.ts';

/**
 * The one currency an order's money is summed in: the registered one, else the session's, else that of its movements.
 * A code that ISO 4217 does not list is no currency.
 */
export function currencyOf(facts: Facts, terms?: Terms): string | undefined {
  const { movements, ordered } = facts;
  // Sorted by key, so that the order of the reads does not matter.
  const inOrder = Object.keys(movements).toSorted();
  const told = [
    terms?.expected.currency,
    ordered?.currency,
    ...inOrder.map((key) => movements[key]?.currency),
  ];
  return told.find((code) => code !== undefined && exponentOf(code) !== undefined);
}
