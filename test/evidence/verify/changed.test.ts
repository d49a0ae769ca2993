import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { changeSource } from '../../../evidence/verify/changed.ts';

const source = readFileSync(
  fileURLToPath(new URL('../../../src/workflows/payment-order.ts', import.meta.url)),
  'utf8',
);

test('the text that the upgrade changes is there, once', () => {
  expect(() => changeSource(source, 'patched')).not.toThrow();
  expect(() => changeSource(`${source}${source}`, 'patched')).toThrow('2 times');
  expect(() => changeSource('', 'patched')).toThrow('0 times');
});

test('one change is guarded, the other is the same without its guard', () => {
  const [patched, unguarded] = [changeSource(source, 'patched'), changeSource(source, 'unguarded')];
  expect(patched).toContain("if (wf.patched('verify-upgrade')) wf.upsertMemo");
  expect(unguarded).not.toContain('wf.patched(');
  expect(patched.replace("if (wf.patched('verify-upgrade')) ", '')).toBe(unguarded);
});
