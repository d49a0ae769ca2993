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
export interface Remark {
  readonly code: FindingCode;
  readonly detail: string;
}

export interface Finding extends Remark {
  readonly at: number;
}

const detailBytes = 80;

/** Adds remarks to findings: the latest per code is kept, and one that says nothing new keeps its time. */
export function note(
  findings: readonly Finding[],
  remarks: readonly Remark[],
  at: number,
): readonly Finding[] {
  let kept = findings;
  for (const remark of remarks) {
    const detail = cutToBytes(remark.detail, detailBytes);
    if (kept.some((finding) => finding.code === remark.code && finding.detail === detail)) continue;
    kept = [...kept.filter((finding) => finding.code !== remark.code), { code: remark.code, at, detail }];
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
