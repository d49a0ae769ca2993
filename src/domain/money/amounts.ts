import { exponentOf, isMinorUnits } from './money.ts';
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

/** The sums of an order, computed from its facts and never incremented, so that nothing is counted twice. */
export function amountsOf(facts: Facts, terms?: Terms): Amounts {
  const currency = currencyOf(facts, terms);
  const expected = terms?.expected.amount;
  const frame = { ...(currency && { currency }), ...(expected !== undefined && { expected }) };
  if (facts.presence === 'unseen') return frame;

  const sum = (kind: MovementKind, status: Settlement) => sumOf(facts, kind, currency, [status]);
  const authorized = authorizedOf(facts, currency);
  const captured = capturedOf(facts, currency);
  return dropUnknown({
    ...frame,
    authorized,
    captured,
    capturePending: sum('capture', 'pending'),
    refunded: refundedOf(facts, currency, captured),
    refundPending: sum('refund', 'pending'),
    cancelled: cancelledOf(facts, authorized, captured),
  });
}

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

/** The movements of one kind with one of these statuses in the order's currency. */
export function movementsOf(
  facts: Facts,
  kind: MovementKind,
  currency: string | undefined,
  ...statuses: readonly Settlement[]
): readonly HeldMovement[] {
  return movementsInAny(facts, kind, statuses).filter((movement) => isIn(currency, movement));
}

/** The sum of the highest amounts that each authorization ever had; undefined where one is unknown. */
export function highestAuthorized(facts: Facts, currency: string | undefined): number | undefined {
  return sumOf(
    facts,
    'authorization',
    currency,
    standingStatuses(facts),
    ({ peak, amount }) => peak ?? amount,
  );
}

/** The sum of approved authorizations, or of released ones where none is approved; attempts that failed do not count. */
function authorizedOf(facts: Facts, currency: string | undefined): number | undefined {
  const statuses = standingStatuses(facts);
  const isUntold =
    facts.outcome === 'approved' && movementsInAny(facts, 'authorization', statuses).length === 0;
  return isUntold ? undefined : sumOf(facts, 'authorization', currency, statuses);
}

function standingStatuses(facts: Facts): readonly Settlement[] {
  return movementsInAny(facts, 'authorization', ['approved']).length > 0 ? ['approved'] : ['cancelled'];
}

function capturedOf(facts: Facts, currency: string | undefined): number | undefined {
  const isUntold =
    facts.captured !== undefined && movementsInAny(facts, 'capture', ['approved']).length === 0;
  return isUntold ? undefined : sumOf(facts, 'capture', currency, ['approved']);
}

function refundedOf(
  facts: Facts,
  currency: string | undefined,
  captured: number | undefined,
): number | undefined {
  const all = sumOf(facts, 'refund', currency, ['approved']);
  if (facts.refunded === 'full') {
    // "Full" means all that was captured, whatever amount is given with it. Only refunds shown by reads can exceed it;
    // notified ones are parts of it.
    const isToldByReads = movementsOf(facts, 'refund', currency, 'approved').every(
      ({ evidence }) => evidence === undefined,
    );
    return captured === undefined || !isToldByReads || all === undefined ? captured : Math.max(captured, all);
  }
  const isUntold = facts.refunded !== undefined && movementsInAny(facts, 'refund', ['approved']).length === 0;
  return isUntold ? undefined : all;
}

function cancelledOf(
  facts: Facts,
  authorized: number | undefined,
  captured: number | undefined,
): number | undefined {
  const isReleased = movementsInAny(facts, 'authorization', standingStatuses(facts)).some(
    ({ status }) => status === 'cancelled',
  );
  if (facts.outcome !== 'cancelled' && !(isReleased && facts.outcome === 'approved')) return 0;
  // A cancel after a partial capture releases the rest.
  return authorized === undefined || captured === undefined ? undefined : Math.max(0, authorized - captured);
}

/** The sum of some movements; undefined where one amount is unknown, all are in another currency, or it passes 2^53. */
function sumOf(
  facts: Facts,
  kind: MovementKind,
  currency: string | undefined,
  statuses: readonly Settlement[],
  amountIn: (movement: HeldMovement) => number | undefined = ({ amount }) => amount,
): number | undefined {
  const all = movementsInAny(facts, kind, statuses);
  const own = all.filter((movement) => isIn(currency, movement));
  if (all.length > 0 && own.length === 0) return undefined;
  return own.map(amountIn).reduce((sum, amount) => {
    const total = sum === undefined || amount === undefined ? undefined : sum + amount;
    return total !== undefined && isMinorUnits(total) ? total : undefined;
  }, 0);
}

function movementsInAny(
  facts: Facts,
  kind: MovementKind,
  statuses: readonly Settlement[],
): readonly HeldMovement[] {
  return Object.values(facts.movements).filter(
    (movement) => movement.kind === kind && statuses.includes(movement.status),
  );
}

function isIn(currency: string | undefined, movement: HeldMovement): boolean {
  return movement.currency === undefined || movement.currency === currency;
}

function dropUnknown(amounts: { [Bucket in keyof Amounts]: Amounts[Bucket] | undefined }): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== undefined)) as Amounts;
}
