import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plantedBugs } from '../../../evidence/planted/bugs.ts';
import { plantBug, plantIn } from '../../../evidence/planted/copy.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'planted-test-'));
  folders.push(folder);
  return folder;
}

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test.each(plantedBugs.map((bug) => [bug.name, bug] as const))('%s can be planted', (_name, bug) => {
  const planted = plantIn(bug, readFileSync(bug.file, 'utf8'));
  expect(planted).toContain(bug.replace);
});

test('each planted bug has a name of its own, and is found by the simulator or by chaos', () => {
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  expect(plantedBugs.filter(({ seenBy }) => seenBy.length === 0)).toEqual([]);
});

test('a bug is planted in a copy, and the product is left alone', async () => {
  const bug = plantedBugs[0]!;
  const before = readFileSync(bug.file, 'utf8');
  const root = await plantBug(bug.name, newFolder());
  expect(readFileSync(join(root, bug.file), 'utf8')).toBe(plantIn(bug, before));
  expect(readFileSync(bug.file, 'utf8')).toBe(before);
});

test('a text that is not there once is refused', () => {
  const bug = plantedBugs[0]!;
  expect(() => plantIn(bug, 'something else')).toThrow('0 times');
  expect(() => plantIn(bug, `${bug.find}\n${bug.find}`)).toThrow('2 times');
});

test('an unknown name is refused, and a folder that holds something', async () => {
  await expect(plantBug('no-such-bug', newFolder())).rejects.toThrow('no planted bug');
  await expect(plantBug(plantedBugs[0]!.name, 'evidence/planted')).rejects.toThrow('is not empty');
});
