import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, copyProduct } from '../../tools/build-product.ts';
import { replaceOnce } from '../kit/replace-once.ts';
import { plantedBugs, type PlantedBug } from './bugs.ts';

// What the simulator runs from, in the copy.
const simulator = ['sandbox', 'tools', 'evidence'] as const;

/**
 * Copies the product into the folder `into`, which is empty or not there yet, and plants a bug in the copy. Answers the
 * root of the copy. Throws for an unknown name, and where the text to find is not there exactly once.
 */
export async function plantBug(name: string, into: string): Promise<string> {
  const bug = plantedBugs.find((planted) => planted.name === name);
  if (!bug)
    throw new Error(`no planted bug has the name ${name}: ${plantedBugs.map((b) => b.name).join(', ')}`);
  const changed = plantIn(bug, await readFile(join(checkout, bug.file), 'utf8'));
  await copyProduct(into, simulator);
  await writeFile(join(into, bug.file), changed);
  return into;
}

/** The source with the bug in it. Throws where the text to find is not there exactly once. */
export function plantIn({ name, file, find, replace }: PlantedBug, source: string): string {
  return replaceOnce(source, find, replace, `${name}: ${file}`);
}
