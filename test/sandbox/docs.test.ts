import { readFileSync } from 'node:fs';
import { actionSchema } from '../../sandbox/briqpay/actions.ts';
import { faultsSchema } from '../../sandbox/briqpay/faults.ts';

const docs = readFileSync('docs/sandbox.md', 'utf8');

/** The words in code in the first column of a section's table. */
function documented(section: string): string[] {
  const [text = ''] = (docs.split(`\n## ${section}\n`)[1] ?? '').split('\n## ');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const words = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
  return words.map(([, word = '']) => word).filter((word) => word !== 'action' && word !== 'kind');
}

test('the documentation lists every action, and no other', () => {
  const actions = actionSchema.options.map(({ shape }) => shape.action.value);
  expect(documented('Actions').sort()).toEqual([...actions].sort());
});

test('the documentation lists every fault, and no other', () => {
  const kinds = faultsSchema.element.options.map((fault) =>
    'in' in fault ? fault.in.shape.kind.value : fault.shape.kind.value,
  );
  expect(documented('Faults').sort()).toEqual([...kinds].sort());
});
