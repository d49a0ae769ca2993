import type { Finding } from '../money/findings.ts';
import { without } from '../values.ts';
import { derive, unannounced, type Transition } from './derive.ts';
import type { OrderState } from './state.ts';
import type { Order } from './view.ts';

const idsKept = 10;

/**
 * Notes which other orders of this reference are paid too, so that together they exceed what was asked; none: it is
 * over. The same ids again change nothing.
 */
export function notePaidTwice(state: OrderState, others: readonly string[], now: number): Transition {
  const ids = others.toSorted().slice(0, idsKept);
  const { paidTwice } = state;
  if (ids.length === 0)
    return paidTwice ? derive(state, without(state, 'paidTwice'), [], now) : unannounced(state);
  if (paidTwice?.ids.join(' ') === ids.join(' ')) return unannounced(state);
  const finding: Finding = {
    code: 'double_payment',
    subject: ids.join(' '),
    detail: `paid too: ${ids.join(', ')}`,
  };
  return derive(state, { ...state, paidTwice: { ids, at: now } }, [finding], now);
}

/**
 * Of the orders of one registered reference: the paid ones that together exceed the highest sum that was asked, each
 * with the ids of the others. Sums of different currencies are not added.
 */
export function paidTogether(orders: readonly Order[]): ReadonlyMap<string, readonly string[]> {
  const paid = orders.filter((order) => order.kind === 'deposit' && keptOf(order) > 0);
  const currencies = new Set(paid.map(({ amounts }) => amounts.currency));
  return new Map([...currencies].flatMap((currency) => exceeding(paid, currency)));
}

function exceeding(
  paid: readonly Order[],
  currency: string | undefined,
): readonly (readonly [string, readonly string[]])[] {
  const same = paid.filter(({ amounts }) => amounts.currency === currency);
  const kept = same.reduce((sum, order) => sum + keptOf(order), 0);
  const asked = Math.max(...same.map(({ amounts }) => amounts.expected ?? 0));
  if (same.length < 2 || kept <= asked) return [];
  const ids = same.map(({ id }) => id).toSorted();
  return ids.map((id) => [id, ids.filter((other) => other !== id).slice(0, idsKept)] as const);
}

/** What was authorized or captured and neither went back nor was released, in minor units; unknown sums are none. */
export function keptOf({ amounts }: Order): number {
  const { authorized = 0, captured = 0, refunded = 0, cancelled = 0 } = amounts;
  return Math.max(authorized, captured) - refunded - cancelled;
}
