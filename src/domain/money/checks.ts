import { amountsOf } from './amounts.ts';
import { isAnyCaptured, outcomeOf } from './attempts.ts';
import { currencyOf } from './currency.ts';
import { providerFlags, type Finding } from './findings.ts';
import { exponentOf, formatMoney } from './money.ts';
import type { Facts, Terms } from './payment.ts';
import { authorizedOf, inCurrency, movementsOf, paymentsOf, total } from './payments.ts';
import { wordMismatches } from './words.ts';

/** A finding that holds as long as the facts are so. `size`: an amount; a larger one of the same subject is news. */
export interface Condition extends Finding {
  readonly subject: string;
  readonly size?: number;
}

/**
 * What the facts show that a person should know, as they stand: sums that contradict each other, the registered terms or
 * the session; what the provider raised; what could not be understood. It depends on facts and terms alone.
 */
export function check(facts: Facts, terms?: Terms): readonly Condition[] {
  if (facts.presence === 'unseen') return [];
  return [
    ...checkAmount(facts, terms),
    ...checkCurrencies(facts, terms),
    ...checkSums(facts, terms),
    ...checkPayments(facts, terms),
    ...checkReference(facts, terms),
    ...checkTakenBack(facts),
    ...checkCancel(facts),
    ...wordMismatches(facts).map(({ word, entries }) => ({
      code: 'word_mismatch' as const,
      subject: `${word}; ${entries}`,
      detail: `the word says ${word}, the entries say ${entries}`,
    })),
    ...(facts.flags ?? []).map(({ code, subject = '' }) => ({ code, subject, detail: providerFlags[code] })),
    ...each('unknown_status', facts.unknown, 'not understood'),
    ...each('unreadable_entry', facts.unreadable, 'cannot be read'),
    ...each('bad_date', facts.badDates, 'no date'),
  ];
}

/** Words that no adapter knows about anything but outcome and money: a finding that no person need see at once. */
export function checkUnfamiliar({ unfamiliar }: Facts): readonly Condition[] {
  return each('unknown_status', unfamiliar, 'not understood');
}

function each(code: Condition['code'], subjects: readonly string[] = [], said: string): readonly Condition[] {
  return subjects.map((subject) => ({ code, subject, detail: `${said}: ${subject}` }));
}

function checkAmount(facts: Facts, terms: Terms | undefined): readonly Condition[] {
  const { authorized, currency } = amountsOf(facts, terms);
  const outcome = outcomeOf(facts);
  const isElsewhere = Object.values(facts.movements).some(
    (held) => held.currency !== undefined && held.currency !== currency,
  );
  if (outcome === 'approved' && authorized === undefined && !isElsewhere)
    return [{ code: 'amount_missing', subject: '', detail: 'approved, but the provider names no amount' }];
  const told = toldAmount(facts, terms);
  if (!terms || told === undefined || currency === undefined) return [];
  if (facts.ordered && facts.ordered.currency !== terms.expected.currency) return [];
  if (told === terms.expected.amount) return [];
  const text = formatMoney({ amount: told, currency });
  const detail = `expected ${formatMoney(terms.expected)}, provider says ${text}`;
  return [{ code: 'amount_mismatch', subject: text, detail }];
}

/** What the provider asks or took, to compare with what was registered; undefined until the shopper has paid. */
function toldAmount(facts: Facts, terms: Terms | undefined): number | undefined {
  const { authorized, captured, cancelled = 0, currency } = amountsOf(facts, terms);
  switch (outcomeOf(facts)) {
    case 'approved': {
      if (authorized === undefined) return undefined;
      // A provider that took its payment for less released the rest; a cancel or a lapse is no other amount.
      const isTakenForLess = captured !== undefined && cancelled > 0 && isAnyWhole(facts);
      return isTakenForLess ? captured : authorized;
    }
    case 'pending': {
      const [waiting] = inCurrency(movementsOf(facts, 'authorization', 'pending'), currency);
      return waiting?.amount ?? facts.ordered?.amount;
    }
    default:
      return undefined;
  }
}

function isAnyWhole(facts: Facts): boolean {
  return movementsOf(facts, 'capture', 'approved').some(({ isWhole }) => isWhole);
}

function checkCurrencies(facts: Facts, terms: Terms | undefined): readonly Condition[] {
  const currency = currencyOf(facts, terms);
  const found = [facts.ordered, ...Object.values(facts.movements)].flatMap((money) => money?.currency ?? []);
  const unknown = found.find((code) => exponentOf(code) === undefined);
  const other = found.find((code) => code !== currency);
  const subject = unknown ?? other;
  if (subject === undefined) return [];
  const detail =
    unknown === undefined ? `order is in ${currency}, provider says ${other}` : `not a currency: ${unknown}`;
  return [{ code: 'currency_mismatch', subject, detail }];
}

/** Sums that break refunded ≤ captured ≤ authorized. */
function checkSums(facts: Facts, terms: Terms | undefined): readonly Condition[] {
  const { authorized, captured, refunded, currency = '' } = amountsOf(facts, terms);
  const text = (amount: number) => formatMoney({ amount, currency });
  return [
    ...(captured !== undefined && authorized !== undefined && captured > authorized
      ? [
          {
            code: 'over_captured' as const,
            subject: '',
            size: captured,
            detail: `captured ${text(captured)}, authorized ${text(authorized)}`,
          },
        ]
      : []),
    ...(refunded !== undefined && captured !== undefined && refunded > captured
      ? [
          {
            code: 'over_refunded' as const,
            subject: '',
            size: refunded,
            detail: `refunded ${text(refunded)}, captured ${text(captured)}`,
          },
        ]
      : []),
  ];
}

/** Several payments that together, less what was released or went back, exceed what was asked. A split payment does not. */
function checkPayments(facts: Facts, terms: Terms | undefined): readonly Condition[] {
  const currency = currencyOf(facts, terms);
  const payments = paymentsOf(facts).filter(({ authorizations }) =>
    inCurrency(authorizations, currency).some(({ status }) => status === 'approved'),
  );
  if (payments.length < 2) return [];
  const { cancelled = 0, refunded = 0 } = amountsOf(facts, terms);
  const amounts = payments.map((payment) => authorizedOf(payment, currency));
  const authorized = total(amounts);
  const asked = terms?.expected.amount ?? facts.ordered?.amount ?? Math.max(...amounts.map((sum = 0) => sum));
  if (authorized !== undefined && authorized - cancelled - refunded <= asked) return [];
  const sum =
    authorized === undefined || currency === undefined
      ? ''
      : `, ${formatMoney({ amount: authorized, currency })} in all`;
  const subject = payments.map(({ id }) => id).join(' ');
  return [{ code: 'double_payment', subject, detail: `${payments.length} payments approved${sum}` }];
}

function checkReference(facts: Facts, terms: Terms | undefined): readonly Condition[] {
  if (terms?.reference === undefined || facts.reference === undefined || terms.reference === facts.reference)
    return [];
  const detail = `registered ${terms.reference}, provider says ${facts.reference}`;
  return [{ code: 'reference_mismatch', subject: facts.reference, detail }];
}

/** Money that was captured, and that the provider voided, declined or no longer knows. */
function checkTakenBack(facts: Facts): readonly Condition[] {
  return movementsOf(facts, 'capture', 'rejected', 'cancelled')
    .filter(({ isTakenBack }) => isTakenBack)
    .map(({ id, status }) => ({
      code: 'money_taken_back' as const,
      subject: id,
      detail: `was captured, now ${status}: ${id}`,
    }));
}

function checkCancel(facts: Facts): readonly Condition[] {
  const isCancelled = facts.outcome === 'cancelled' && isAnyCaptured(facts);
  if (!isCancelled || amountsOf(facts).cancelled) return [];
  return [
    {
      code: 'cancelled_after_capture',
      subject: '',
      detail: 'cancelled at the provider; what was captured stays',
    },
  ];
}
