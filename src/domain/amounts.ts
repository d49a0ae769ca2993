import type { Facts, HeldMovement, MovementKind, Settlement, Terms } from './payment.ts';

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

/** The money of an order, summed anew from its facts: never incremented, so never counted twice. */
export function amountsOf(facts: Facts, terms?: Terms): Amounts {
  const currency = currencyOf(facts, terms);
  const expected = terms?.expected.amount;
  const frame = { ...(currency && { currency }), ...(expected !== undefined && { expected }) };
  if (facts.presence === 'unseen') return frame;

  const sum = (kind: MovementKind, ...statuses: Settlement[]) =>
    sumOf(movementsOf(facts, kind, currency, ...statuses));
  const authorized =
    facts.outcome === 'approved' && !hasSettledAuthorization(facts)
      ? undefined
      : sum('authorization', 'approved', 'cancelled');
  const captured = sum('capture', 'approved');
  return dropUnknown({
    ...frame,
    authorized,
    captured,
    capturePending: sum('capture', 'pending'),
    refunded: sum('refund', 'approved'),
    refundPending: sum('refund', 'pending'),
    cancelled: cancelledOf(facts, authorized, captured),
  });
}

/** The one currency an order's money is summed in: the registered one, else the session's, else the first authorization's. */
export function currencyOf(facts: Facts, terms?: Terms): string | undefined {
  return (
    terms?.expected.currency ??
    facts.ordered?.currency ??
    Object.values(facts.movements).find((movement) => movement.currency !== undefined)?.currency
  );
}

/** The movements of a kind, a currency and some statuses: money in another currency is never summed. */
export function movementsOf(
  facts: Facts,
  kind: MovementKind,
  currency: string | undefined,
  ...statuses: readonly Settlement[]
): readonly HeldMovement[] {
  return Object.values(facts.movements).filter(
    (movement) =>
      movement.kind === kind &&
      statuses.includes(movement.status) &&
      (movement.currency === undefined || movement.currency === currency),
  );
}

/** The highest amount that was ever authorized, or undefined when a part of it is unknown. */
export function highestAuthorized(facts: Facts, currency: string | undefined): number | undefined {
  return sumOf(
    movementsOf(facts, 'authorization', currency, 'approved', 'cancelled').map((movement) =>
      movement.peak === undefined ? movement : { ...movement, amount: movement.peak },
    ),
  );
}

function hasSettledAuthorization(facts: Facts): boolean {
  return Object.values(facts.movements).some(
    (movement) => movement.kind === 'authorization' && movement.status !== 'pending',
  );
}

function cancelledOf(
  facts: Facts,
  authorized: number | undefined,
  captured: number | undefined,
): number | undefined {
  if (facts.outcome !== 'cancelled') return 0;
  // A cancel after a partial capture releases what is left.
  return authorized === undefined || captured === undefined ? undefined : Math.max(0, authorized - captured);
}

function sumOf(movements: readonly HeldMovement[]): number | undefined {
  return movements.reduce<number | undefined>(
    (sum, { amount }) => (sum === undefined || amount === undefined ? undefined : sum + amount),
    0,
  );
}

function dropUnknown(amounts: { [Bucket in keyof Amounts]: Amounts[Bucket] | undefined }): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== undefined)) as Amounts;
}
