import fc from 'fast-check';
import { agendaOf } from '../../src/domain/order/agenda.ts';
import { recordFindings } from '../../src/domain/money/findings.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { detailsOf } from '../../src/workflows/details.ts';
import { hour, play, says, t0, terms } from '../domain/support.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';

// What others wrote stands on a merchant's page as text: reference, findings, owner.

const known = play({
  world: [[0, says.pending]],
  commands: [[0, { type: 'recheck', by: 'test' }]],
  terms,
  until: hour,
}).state;

const marks = [
  '*',
  '_',
  '`',
  '~~',
  '[a](b)',
  '![a](b)',
  '<b>',
  '<!--',
  '&amp;',
  '&#60;',
  '|',
  '\\',
  '\n',
  '\r',
  '# ',
  '- ',
  '> ',
  '1. ',
  '---',
  '===',
  '\t',
  '    ',
  '$',
  '^',
  ':',
  '@',
  '"',
  "'",
  '\u2028',
  '\u0085',
  '\u200b',
  '\u202e',
];
const anyForeign = fc.oneof(
  oddText,
  fc.array(fc.constantFrom(...marks, 'a', '1'), { maxLength: 12 }).map((parts) => parts.join('')),
);

fuzz(
  'no markup of others becomes markup',
  fc.tuple(anyForeign, anyForeign, anyForeign),
  { modest: 1_500 },
  ([reference, detail, owner]) => {
    const [page, plain] = [pageOf(reference, detail, owner), pageOf('R', 'D', 'O')].map((text) =>
      text.split('\n'),
    );
    // No line begins or ends because of what others wrote, and in none is a sign left that is not escaped.
    expect(page!.map((line) => signsIn(line.replace(/\\[!-/:-@[-`{-~]/g, '')))).toEqual(plain!.map(signsIn));
    for (const line of page!) expect(line).not.toMatch(unseen);
  },
);

// Nor can it turn the text around, or hide in it.
const unseen = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/;

function pageOf(reference: string, detail: string, owner: string): string {
  const state: OrderState = {
    ...known,
    terms: { ...terms, reference },
    findings: recordFindings([], [{ code: 'contradiction', detail }], t0),
    escalation: { ...known.escalation!, state: 'acknowledged', owner: owner || 'O' },
  };
  return detailsOf(state, agendaOf(state, t0 + hour));
}

/** What the Temporal UI's Markdown makes something of; it knows links without brackets and formulas between dollars too. */
function signsIn(line: string): string {
  return line.replace(/[^!#$&()*+\-.:<>[\\\]^_`{|}~]/g, '');
}
