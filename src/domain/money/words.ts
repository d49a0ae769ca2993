import { amountsOf, ceilingSum } from './amounts.ts';
import { currencyOf } from './currency.ts';
import { attemptsOf, outcomeOf, pendingAttempts } from './attempts.ts';
import { formatMoney } from './money.ts';
import { settlements, type Facts } from './payment.ts';
import { movementsOf } from './payments.ts';
import { without } from '../values.ts';

/** A summary word of the provider and the settled entries that say otherwise, both in our terms. */
export interface WordMismatch {
  readonly word: string;
  readonly entries: string;
}

/**
 * Where the provider's word and its own entries disagree. While an entry of that kind is pending the word is not
 * compared, since providers raise the word first; a kind without entries is told by the word alone.
 */
export function wordMismatches(facts: Facts): readonly WordMismatch[] {
  return [outcomeMismatch(facts), captureMismatch(facts)].filter((mismatch) => mismatch !== undefined);
}

function outcomeMismatch(facts: Facts): WordMismatch | undefined {
  const { outcome: word } = facts;
  const attempts = attemptsOf(facts);
  if (word === undefined || attempts.length === 0 || pendingAttempts(facts).length > 0) return undefined;
  // By the entries: a word about captures that are not listed speaks for no attempt.
  const entries = outcomeOf(without(facts, 'captured'));
  // No entry tells a cancel of what was approved; what is captured stays, with a finding of its own.
  if (word === 'cancelled' || entries === undefined || entries === word) return undefined;
  return { word: `payment ${word}`, entries: `payment ${entries}` };
}

function captureMismatch(facts: Facts): WordMismatch | undefined {
  const { outcome, captured } = facts;
  const all = movementsOf(facts, 'capture', ...settlements);
  if (outcome !== 'approved' || all.length === 0) return undefined;
  if (all.some(({ status }) => status === 'pending')) return undefined;
  const told = capturesTold(facts);
  if (told === undefined || told.includes(captured ?? 'none')) return undefined;
  return { word: saidOf(captured ?? 'none'), entries: `${saidOf(told[0])}${sumText(facts)}` };
}

type Captured = 'none' | 'partial' | 'full';

/** The words that fit the capture entries; undefined where an amount that would decide it is unknown. */
function capturesTold(facts: Facts): readonly [Captured, ...Captured[]] | undefined {
  if (movementsOf(facts, 'capture', 'approved').length === 0) return ['none'];
  const { authorized = Infinity, captured, cancelled = 0 } = amountsOf(facts);
  const ceiling = ceilingSum(facts, currencyOf(facts));
  if (captured === undefined || ceiling === undefined) return undefined;
  if (captured === 0) return ['none'];
  if (captured >= ceiling) return ['full'];
  // All that is left after a release, or of an authorization that was lowered: a part of what was authorized once.
  return captured >= Math.min(authorized, ceiling) - cancelled ? ['partial', 'full'] : ['partial'];
}

function saidOf(captured: Captured): string {
  return { none: 'nothing captured', partial: 'part captured', full: 'captured in full' }[captured];
}

function sumText(facts: Facts): string {
  const { captured, currency } = amountsOf(facts);
  return captured === undefined || currency === undefined
    ? ''
    : `, ${formatMoney({ amount: captured, currency })}`;
}
