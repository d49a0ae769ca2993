import { readFileSync } from 'node:fs';
import { reasons } from '../../src/domain/escalation/reasons.ts';
import { findingCodes } from '../../src/domain/money/findings.ts';
import { graph, isFinal, statuses } from '../../src/domain/money/status.ts';

const docs = readFileSync('docs/understand.md', 'utf8');

/** The moves of the state diagram, as `from → to`. */
function drawnMoves(): string[] {
  const [, diagram = ''] = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(docs) ?? [];
  return [...diagram.matchAll(/^ *(\S+) --> (\S+)$/gm)].map(([, from, to]) => `${from} → ${to}`);
}

/** The words in code in the first column of the tables of a section. */
function codesIn(section: string): string[] {
  const [text = ''] = (docs.split(`\n## ${section}\n`)[1] ?? '').split('\n## ');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code = '']) => code),
  );
}

test('the diagram draws every move of the graph, and no other', () => {
  const moves = statuses.flatMap((from) => graph[from].map((to) => `${from} → ${to}`));
  const drawn = drawnMoves().filter((move) => !move.includes('[*]'));
  expect(drawn.toSorted()).toEqual(moves.toSorted());
});

test('the diagram begins with created, and ends with what is final', () => {
  const ends = statuses.filter((status) => isFinal(status)).map((status) => `${status} → [*]`);
  const drawn = drawnMoves().filter((move) => move.includes('[*]'));
  expect(drawn.toSorted()).toEqual(['[*] → created', ...ends].toSorted());
});

test('the rules of the status name every status of a deposit', () => {
  const deposits = statuses.filter((status) => status !== 'paid_out');
  expect(codesIn('The status is derived').toSorted()).toEqual(deposits.toSorted());
});

test('the documentation lists every finding, and no other', () => {
  expect(codesIn('Findings').toSorted()).toEqual([...findingCodes].toSorted());
});

test('the documentation lists every reason of escalation, and no other', () => {
  expect(codesIn('Escalation').toSorted()).toEqual([...reasons].toSorted());
});
