import { cutToBytes } from '../values.ts';

/** The findings that reads and hooks can give. `escalation/codes.ts` has their meanings. */
export const findingCodes = [
  'amount_mismatch',
  'amount_missing',
  'currency_mismatch',
  'reference_mismatch',
  'over_captured',
  'over_refunded',
  'contradiction',
  'corrected',
  'changed_fact',
  'flapping',
  'unknown_status',
  'foreign_session',
  'double_payment',
  'on_hold',
  'word_mismatch',
  'unreadable_entry',
  'bad_date',
  'cancelled_after_capture',
  'money_taken_back',
  'attempt_lapsed',
  'chargeback',
  'refund_claimed',
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** The findings that the provider itself tells, by code with the finding's detail. */
export const providerFlags = {
  on_hold: 'the provider asks a person to look',
  chargeback: 'the provider tells of a chargeback',
} as const satisfies { readonly [C in FindingCode]?: string };

export type ProviderFlag = keyof typeof providerFlags;

/** Something that a person should know about an order. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
  /** What exactly it is about: an id, a word, a sum. Empty: the order as a whole. */
  readonly subject?: string;
}

/** A finding that an order keeps, with the epoch milliseconds at which it first said this. */
export interface RecordedFinding extends Finding {
  readonly at: number;
}

const detailBytes = 80;

/**
 * Adds new findings to those recorded: the latest of each code is kept, and one that says nothing new keeps its time.
 * Several of one code that are found together are one.
 */
export function recordFindings(
  findings: readonly RecordedFinding[],
  found: readonly Finding[],
  at: number,
): readonly RecordedFinding[] {
  let kept = findings;
  for (const code of new Set(found.map((finding) => finding.code))) {
    const details = found.filter((finding) => finding.code === code).map((finding) => finding.detail);
    const detail = cutToBytes(joined(details), detailBytes);
    if (kept.some((finding) => finding.code === code && finding.detail === detail)) continue;
    kept = [...kept.filter((finding) => finding.code !== code), { code, at, detail }];
  }
  return kept;
}

/** Details as one text: "not understood: a" and "not understood: b" are "not understood: a, b". */
function joined(details: readonly string[]): string {
  const [first = '', ...others] = new Set(details);
  const head = /^[^:]*: /.exec(first)?.[0];
  return head !== undefined && others.every((other) => other.startsWith(head))
    ? [first, ...others.map((other) => other.slice(head.length))].join(', ')
    : [first, ...others].join('; ');
}
