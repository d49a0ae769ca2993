import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedBugs, type PlantedBug } from './bugs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a copy needs to be built, and to run the simulator; the packages are a link. */
const needed = [
  'src',
  'sandbox',
  'evidence/kit',
  'evidence/planted',
  'evidence/sim',
  'config',
  'package.json',
  'tsconfig.json',
] as const;

/**
 * Copies the product into the folder `into`, which is empty or not there yet, and plants a bug in the copy. Answers the
 * root of the copy. Throws for an unknown name, and where the text to find is not there exactly once.
 */
export async function plantBug(name: string, into: string): Promise<string> {
  const bug = plantedBugs.find((planted) => planted.name === name);
  if (!bug)
    throw new Error(`no planted bug has the name ${name}: ${plantedBugs.map((b) => b.name).join(', ')}`);
  await mkdir(into, { recursive: true });
  if ((await readdir(into)).length > 0) throw new Error(`${into} is not empty`);
  const changed = plantIn(bug, await readFile(join(root, bug.file), 'utf8'));
  for (const path of needed) await cp(join(root, path), join(into, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(into, 'node_modules'), 'dir');
  await mkdir(dirname(join(into, bug.file)), { recursive: true });
  await writeFile(join(into, bug.file), changed);
  return into;
}

/** The source with the bug in it. Throws where the text to find is not there exactly once. */
export function plantIn({ name, file, find, replace }: PlantedBug, source: string): string {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: the text to find is in ${file} ${count} times, not once`);
  // As a function, so that a dollar sign in the text stands for itself.
  return source.replace(find, () => replace);
}
