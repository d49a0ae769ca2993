import { isMinorUnits } from './money.ts';
import type { Facts, HeldMovement, MovementKind, Settlement } from './payment.ts';

/** One payment of an order: its authorizations and what was captured of them, as one. */
export interface Payment {
  /** Its group at the provider, else the id of its authorization. */
  readonly id: string;
  readonly authorizations: readonly HeldMovement[];
  /** Those that belong to it by id or group; Briqpay's captures name no transaction. */
  readonly captures: readonly HeldMovement[];
}

/**
 * The payments that stand: approved, or released where none is approved. Two authorizations are two payments whatever
 * group they share, but an authorization and the approved captures of its group are one.
 */
export function paymentsOf(facts: Facts): readonly Payment[] {
  const captures = movementsOf(facts, 'capture', 'approved');
  const payments = new Map<string, Payment>();
  for (const authorization of standing(facts)) {
    const { id, group } = authorization;
    const own = captures.filter((capture) =>
      group === undefined ? capture.id === id : capture.group === group || capture.id === id,
    );
    const name = group !== undefined && own.length > 0 ? group : id;
    const { authorizations = [] } = payments.get(name) ?? {};
    payments.set(name, { id: name, authorizations: [...authorizations, authorization], captures: own });
  }
  return [...payments.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** The approved authorizations, or the released ones where none is approved; attempts that failed do not count. */
function standing(facts: Facts): readonly HeldMovement[] {
  const approved = movementsOf(facts, 'authorization', 'approved');
  return approved.length > 0 ? approved : movementsOf(facts, 'authorization', 'cancelled');
}

/** Whether the provider took the payment whole: what it did not take is released. */
export function isTaken({ captures }: Payment): boolean {
  return captures.some(({ isWhole }) => isWhole);
}

/** What was authorized of a payment, in minor units of the currency; undefined where unknown. */
export function authorizedOf({ authorizations, captures }: Payment, currency: string | undefined) {
  const bare = authorizations.filter(({ id }) => !captures.some((capture) => capture.id === id));
  const all = sumOf(authorizations, currency);
  if (bare.length === authorizations.length || bare.length === 0) return all;
  // The approved entry of a group is a part of what was authorized, not one more payment.
  const [reserved, taken] = [sumOf(bare, currency), sumOf(captures, currency)];
  return reserved === undefined || taken === undefined ? undefined : Math.max(reserved, taken);
}

/** The most that can be captured of a payment: what its provider took, else the highest amount it ever had. */
export function ceilingOf(payment: Payment, currency: string | undefined): number | undefined {
  return isTaken(payment)
    ? sumOf(payment.captures, currency)
    : sumOf(payment.authorizations, currency, ({ peak, amount }) => peak ?? amount);
}

/** The movements of one kind with one of these statuses, in any currency. */
export function movementsOf(
  facts: Facts,
  kind: MovementKind,
  ...statuses: readonly Settlement[]
): readonly HeldMovement[] {
  return Object.values(facts.movements).filter(
    (movement) => movement.kind === kind && statuses.includes(movement.status),
  );
}

/** Those of the movements that are in the currency, or name none. */
export function inCurrency(
  movements: readonly HeldMovement[],
  currency: string | undefined,
): readonly HeldMovement[] {
  return movements.filter((held) => held.currency === undefined || held.currency === currency);
}

/** The sum of some movements; undefined where one amount is unknown, all are in another currency, or it passes 2^53. */
export function sumOf(
  movements: readonly HeldMovement[],
  currency: string | undefined,
  amountIn: (movement: HeldMovement) => number | undefined = ({ amount }) => amount,
): number | undefined {
  const own = inCurrency(movements, currency);
  if (movements.length > 0 && own.length === 0) return undefined;
  return total(own.map(amountIn));
}

/** The sum of amounts in minor units; undefined where one is unknown, or it passes 2^53. */
export function total(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce((sum, amount) => {
    const next = sum === undefined || amount === undefined ? undefined : sum + amount;
    return next !== undefined && isMinorUnits(next) ? next : undefined;
  }, 0);
}
