import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsOf, isTaken } from '../../../evidence/chaos/drive/calls.ts';
import { openLedger } from '../../../evidence/chaos/ledger.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a line that was awaited is in the file, in the order of the writes', async () => {
  const file = join(folder, 'lines.jsonl');
  const ledger = await openLedger<{ n: number }>(file);
  const many = Array.from({ length: 200 }, (_, n) => ledger.write({ n }));
  await many[199];
  expect(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(Array.from({ length: 200 }, (_, n) => ({ n })));
  await ledger.close();
});

test('an earlier ledger is never written over', async () => {
  const file = join(folder, 'lines.jsonl');
  await (await openLedger(file)).close();
  await expect(openLedger(file)).rejects.toThrow('EEXIST');
});

test('a call that was never answered has no answer', () => {
  const told = { kind: 'hook', order: 0, attempt: 1 } as const;
  const calls = callsOf([
    { type: 'sent', call: 1, at: 10, ...told },
    { type: 'sent', call: 2, at: 11, ...told },
    { type: 'answered', call: 2, at: 15, status: 202 },
  ]);
  expect(calls.map(({ call, answeredAt }) => [call, answeredAt])).toEqual([
    [1, undefined],
    [2, 15],
  ]);
  expect(calls.map(isTaken)).toEqual([false, true]);
});

test('an answer without a call is a broken ledger', () => {
  expect(() => callsOf([{ type: 'answered', call: 1, at: 1, status: 202 }])).toThrow('never sent');
});
