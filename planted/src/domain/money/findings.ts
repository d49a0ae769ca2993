/** The closed set of things a human should know about an order that goes on all the same. */
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
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** A finding as it is made; the order adds the time. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
}

export interface RecordedFinding extends Finding {
  readonly at: number;
}

const detailBytes = 80;

/** Adds new findings to those recorded: the latest of each code is kept, and one that says nothing new keeps its time. */
export function recordFindings(
  findings: readonly RecordedFinding[],
  found: readonly Finding[],
  at: number,
): readonly RecordedFinding[] {
  let kept = findings;
  for (const { code, detail: text } of found) {
    const detail = cutToBytes(text, detailBytes);
    if (kept.some((finding) => finding.code === code && finding.detail === detail)) continue;
    kept = [...kept.filter((finding) => finding.code !== code), { code, at, detail }];
  }
  return kept;
}

/** Cuts text to so many UTF-8 bytes without splitting a character. */
export function cutToBytes(text: string, bytes: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += utf8Length(character.codePointAt(0)!);
    if (used > bytes) return kept;
    kept += character;
  }
  return kept;
}

/** The length of text in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Length(character.codePointAt(0)!);
  return bytes;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
