import { amountsOf, currencyOf } from './amounts.ts';
import { movementKey, type Facts, type Movement, type Terms } from './payment.ts';

/**
 * A refund that only a notification tells of, at a provider that has no refunds to read. It counts only about a payment
 * that a read has proven.
 */
export interface Proof {
  readonly movement: Movement;
  /** The whole payment went back, whatever parts went back before. */
  readonly isWhole?: true;
  /** The payment's ids at the provider: of its transaction or its group; one of them must be proven. */
  readonly payments: readonly string[];
}

// More parts than any payment is refunded in; without it, refunds of amount 0 would be kept without end.
const notifiedKept = 100;

/**
 * Adds a notified refund to the facts where a read has proven its payment; else answers the same facts. It counts in the
 * currency of the terms or in that of the payment, and only within what was captured; an order holds a hundred of them.
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

/** Whether it fits into what was captured: in the currency of the terms, or without terms in that of the payment. */
function fitsSums(facts: Facts, { currency, amount }: Movement, isWhole: boolean, terms?: Terms): boolean {
  if (currency !== undefined && currency !== currencyOf(facts, terms)) return false;
  const { captured, refunded } = amountsOf(facts, terms);
  if (captured === undefined) return false;
  // A full refund and parts of it change no sum beyond what was captured.
  if (isWhole || facts.refunded === 'full') return true;
  return amount !== undefined && (refunded ?? 0) + amount <= captured;
}

/** All went back in the payment's own currency, so that no sum can be passed. */
function isOver(facts: Facts, { currency }: Movement): boolean {
  return facts.refunded === 'full' && currency === currencyOf(facts);
}

function isFull({ movements }: Facts): boolean {
  return (
    Object.values(movements).filter(({ evidence }) => evidence === 'notification').length >= notifiedKept
  );
}

/**
 * The hint to drop where there are too many: the latest of the least valuable. So hints of senders who do not know the id
 * of the payment never displace a notification that names it.
 */
export function leastValuable<T extends { readonly proof?: Proof }>(hints: readonly T[], facts: Facts): T {
  return hints.reduce((least, hint) => (weightOf(hint, facts) <= weightOf(least, facts) ? hint : least));
}

/** 0: reads tell of its claim anyway. 2: it names a payment that a read has proven, so it is most likely true. */
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
