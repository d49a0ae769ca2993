import { amountsOf, currencyOf } from './amounts.ts';
import type { Hint, Proof } from '../order/hints.ts';
import { movementKey, type Facts, type Movement, type Terms } from './payment.ts';

// More than any payment is given back in. Once all went back, or of amount 0, each further one would be kept, without end.
const notifiedKept = 100;

/**
 * Adds to the facts what a notification alone tells, when a read has proven the payment that it is about; else the facts
 * stay as they are. What was paid in another currency than the terms name goes back in that one. A sum that would pass what
 * was captured is not counted, nor is one more than an order holds of them: its hint is left unconfirmed.
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

/** Whether the sums leave room for it: those that the order shows, or without terms those of the payment itself. */
function fitsSums(facts: Facts, { currency, amount }: Movement, isWhole: boolean, terms?: Terms): boolean {
  if (currency !== undefined && currency !== currencyOf(facts, terms)) return false;
  const { captured, refunded } = amountsOf(facts, terms);
  if (captured === undefined) return false;
  // Once all went back, the parts that it went in change no sum.
  if (isWhole || facts.refunded === 'full') return true;
  return amount !== undefined && (refunded ?? 0) + amount <= captured;
}

/** All went back, in the payment's own currency: there is no sum to pass. */
function isOver(facts: Facts, { currency }: Movement): boolean {
  return facts.refunded === 'full' && currency === currencyOf(facts);
}

function isFull({ movements }: Facts): boolean {
  return (
    Object.values(movements).filter(({ evidence }) => evidence === 'notification').length >= notifiedKept
  );
}

/**
 * Which of many hints is to go when they are too many: the last of those with the least to prove. So whoever does not know
 * the id of the payment pushes out no notification that names it, and among equals those that came first stay.
 */
export function leastValuable<T extends Pick<Hint, 'proof'>>(hints: readonly T[], facts: Facts): T {
  return hints.reduce((least, hint) => (weightOf(hint, facts) <= weightOf(least, facts) ? hint : least));
}

/** A claim that reads can tell of is lost with no harm; one that names a payment which a read has proven is most likely true. */
function weightOf({ proof }: Pick<Hint, 'proof'>, facts: Facts): number {
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
