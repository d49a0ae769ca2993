import { amountsOf, currencyOf } from './amounts.ts';
import { movementKey, type Facts, type Movement, type Terms } from './payment.ts';

/**
 * A refund that only a notification reports, as the provider has no refunds to read. It counts only if a read has
 * proven its payment.
 */
export interface Proof {
  readonly movement: Movement;
  /** A refund of the whole payment, earlier partial refunds included. */
  readonly isWhole?: true;
  /** The provider's ids of the payment, by transaction or group; a read must have proven one of them. */
  readonly payments: readonly string[];
}

// More partial refunds than any payment has; the limit bounds refunds of amount 0.
const notifiedKept = 100;

/**
 * Adds a notified refund to the facts if a read has proven its payment; else returns the same facts. It must be in the
 * currency of the terms or of the payment, and within what was captured. An order holds at most a hundred.
 */
export function countNotified(facts: Facts, { movement, isWhole, payments }: Proof, terms?: Terms): Facts {
  const key = movementKey(movement.kind, movement.id);
  if (facts.movements[key] || !isAbout(facts, payments)) return facts;
  const fits = (within?: Terms) => fitsSums(facts, movement, isWhole === true, within);
  if (!fits(terms) && !fits() && !isOver(facts, movement)) return facts;
  if (isFull(facts)) return facts;
  return {
    ...facts,
    ...(isWhole && { refunded: 'full' }),
    movements: { ...facts.movements, [key]: { ...movement, evidence: 'notification' } },
  };
}

/** Whether the refund fits into what was captured, in the currency of the terms, or without terms in that of the payment. */
function fitsSums(facts: Facts, { currency, amount }: Movement, isWhole: boolean, terms?: Terms): boolean {
  if (currency !== undefined && currency !== currencyOf(facts, terms)) return false;
  const { captured, refunded } = amountsOf(facts, terms);
  if (captured === undefined) return false;
  // Once the refund is full, partial refunds are counted as parts of it, never on top.
  if (isWhole || facts.refunded === 'full') return true;
  return amount !== undefined && (refunded ?? 0) + amount <= captured;
}

/** The refund is full in the payment's own currency, so one more cannot raise the sum. */
function isOver(facts: Facts, { currency }: Movement): boolean {
  return facts.refunded === 'full' && currency === currencyOf(facts);
}

function isFull({ movements }: Facts): boolean {
  return (
    Object.values(movements).filter(({ evidence }) => evidence === 'notification').length >= notifiedKept
  );
}

/**
 * The hint to drop when there are too many: the latest of the least valuable. So a sender who does not know the
 * payment's id cannot displace a notification that names it.
 */
export function leastValuable<T extends { readonly proof?: Proof }>(hints: readonly T[], facts: Facts): T {
  return hints.reduce((least, hint) => (weightOf(hint, facts) <= weightOf(least, facts) ? hint : least));
}

/** 0: reads can prove its claim. 2: it names a payment that a read has proven, so it is most likely true. */
function weightOf({ proof }: { readonly proof?: Proof }, facts: Facts): number {
  if (!proof) return 0;
  return isAbout(facts, proof.payments) ? 2 : 1;
}

function isAbout({ movements }: Facts, payments: readonly string[]): boolean {
  return Object.values(movements).some(
    ({ kind, status, id, group }) =>
      kind === 'authorization' &&
      status === 'approved' &&
      (payments.includes(id) || (group !== undefined && payments.includes(group))),
  );
}
