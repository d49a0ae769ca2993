import { amountsOf, currencyOf, movementsOf } from './amounts.ts';
import { providerFlags, type Finding } from './findings.ts';
import { exponentOf, formatMoney } from './money.ts';
import type { Facts, HeldMovement, Terms } from './payment.ts';

/**
 * The findings of the facts as they stand: sums that contradict each other, the registered terms or the session. They
 * depend on facts and terms alone, so a reading that changes nothing adds none.
 */
export function check(facts: Facts, terms?: Terms): readonly Finding[] {
  if (facts.presence === 'unseen') return [];
  return [
    ...checkAmount(facts, terms),
    ...checkCurrencies(facts, terms),
    ...checkSums(facts, terms),
    ...checkReference(facts, terms),
    ...(facts.flags ?? []).map((code) => ({ code, detail: providerFlags[code] })),
    ...(facts.unknown?.length
      ? [{ code: 'unknown_status' as const, detail: `not understood: ${facts.unknown.join(', ')}` }]
      : []),
  ];
}

/** Which sums break refunded ≤ captured ≤ authorized, or show that a payment was made more than once. */
export function brokenSums(
  facts: Facts,
  terms?: Terms,
): readonly ('over_captured' | 'over_refunded' | 'double_payment')[] {
  const { authorized, captured, refunded } = amountsOf(facts, terms);
  return [
    ...(isAbove(captured, authorized) ? (['over_captured'] as const) : []),
    ...(isAbove(refunded, captured) ? (['over_refunded'] as const) : []),
    ...(isPaidTwice(facts, terms) ? (['double_payment'] as const) : []),
  ];
}

function checkAmount(facts: Facts, terms: Terms | undefined): Finding[] {
  const { authorized, currency } = amountsOf(facts, terms);
  const isElsewhere = Object.values(facts.movements).some(
    (held) => held.currency !== undefined && held.currency !== currency,
  );
  if (facts.outcome === 'approved' && authorized === undefined && !isElsewhere) {
    return [{ code: 'amount_missing', detail: 'approved, but the provider names no amount' }];
  }
  const waiting = movementsOf(facts, 'authorization', currency, 'pending')[0]?.amount;
  const told = authorized || waiting || facts.ordered?.amount;
  // Until the shopper has paid, the cart may still change.
  if (!terms || !facts.outcome || told === undefined || currency === undefined) return [];
  if (facts.ordered && facts.ordered.currency !== terms.expected.currency) return [];
  if (told === terms.expected.amount) return [];
  const detail = `expected ${formatMoney(terms.expected)}, provider says ${formatMoney({ amount: told, currency })}`;
  return [{ code: 'amount_mismatch', detail }];
}

function checkCurrencies(facts: Facts, terms: Terms | undefined): Finding[] {
  const currency = currencyOf(facts, terms);
  const found = [facts.ordered, ...Object.values(facts.movements)].flatMap((money) => money?.currency ?? []);
  const unknown = found.find((code) => exponentOf(code) === undefined);
  const other = found.find((code) => code !== currency);
  if (unknown === undefined && other === undefined) return [];
  const detail =
    unknown === undefined ? `order is in ${currency}, provider says ${other}` : `not a currency: ${unknown}`;
  return [{ code: 'currency_mismatch', detail }];
}

function checkSums(facts: Facts, terms: Terms | undefined): Finding[] {
  const { authorized = 0, captured = 0, refunded = 0, currency = '' } = amountsOf(facts, terms);
  const text = (amount: number) => formatMoney({ amount, currency });
  const details = {
    over_captured: `captured ${text(captured)}, authorized ${text(authorized)}`,
    over_refunded: `refunded ${text(refunded)}, captured ${text(captured)}`,
    double_payment: `${payments(facts, terms).length} payments approved, ${text(authorized)} in all`,
  };
  return brokenSums(facts, terms).map((code) => ({ code, detail: details[code] }));
}

function checkReference(facts: Facts, terms: Terms | undefined): Finding[] {
  if (terms?.reference === undefined || facts.reference === undefined || terms.reference === facts.reference)
    return [];
  return [
    { code: 'reference_mismatch', detail: `registered ${terms.reference}, provider says ${facts.reference}` },
  ];
}

function isAbove(amount: number | undefined, limit: number | undefined): boolean {
  return amount !== undefined && limit !== undefined && amount > limit;
}

/** Several approvals that together exceed what was asked; parts of a split payment do not. */
function isPaidTwice(facts: Facts, terms: Terms | undefined): boolean {
  const asked = terms?.expected.amount ?? facts.ordered?.amount;
  const approved = payments(facts, terms);
  if (approved.length < 2) return false;
  return asked === undefined || approved.reduce((sum, { amount = 0 }) => sum + amount, 0) > asked;
}

function payments(facts: Facts, terms: Terms | undefined): readonly HeldMovement[] {
  return movementsOf(facts, 'authorization', currencyOf(facts, terms), 'approved');
}
