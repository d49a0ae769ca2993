import { codes, type Code } from '../src/domain/escalation/codes.ts';
import { reasons } from '../src/domain/escalation/reasons.ts';
import { findingCodes, type FindingCode } from '../src/domain/money/findings.ts';

/** Tables by their names; the first row of each is its head. */
export type Tables = Readonly<Record<string, readonly (readonly string[])[]>>;

const effects = { no: [], ladder: 'escalates', atOnce: 'escalates at once' } as const;

/** The tables of codes that each document shows, by path from the root of the repository and name of the table. */
export const codeTables: Readonly<Record<string, Tables>> = {
  'docs/understand.md': {
    findings: [
      ['code', 'meaning', 'effect'],
      ...findingCodes.map((code) => [`\`${code}\``, codes[code].meaning, effectOf(code)]),
    ],
  },
  'docs/operate.md': {
    reasons: [['reason', 'what holds', 'what to do'], ...reasons.map((code) => guidanceRow(code))],
    findings: [
      ['finding', 'what holds', 'what to do'],
      ...findingCodes.filter((code) => codes[code].escalates === 'no').map((code) => guidanceRow(code)),
    ],
  },
};

function guidanceRow(code: Code): readonly string[] {
  return [`\`${code}\``, codes[code].meaning, codes[code].action];
}

function effectOf(code: FindingCode): string {
  const { needsPerson, escalates } = codes[code];
  return [needsPerson ? 'attention' : [], effects[escalates]].flat().join(', ');
}
