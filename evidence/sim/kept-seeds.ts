import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A seed that once failed. It is run first in every run, for ever. */
export interface KeptSeed {
  readonly seed: number;
  /** The law that it broke. */
  readonly law: string;
}

const file = fileURLToPath(new URL('kept-seeds.json', import.meta.url));

export async function readKeptSeeds(): Promise<readonly KeptSeed[]> {
  return JSON.parse(await readFile(file, 'utf8')) as KeptSeed[];
}

/** Adds seeds that fail, once each. */
export async function keepSeeds(failed: readonly KeptSeed[]): Promise<void> {
  const kept = await readKeptSeeds();
  const fresh = failed.filter(({ seed }) => !kept.some((known) => known.seed === seed));
  if (fresh.length === 0) return;
  // As Prettier writes it, so that a run leaves nothing to mend but the fault.
  const lines = [...kept, ...fresh].map(
    ({ seed, law }) => `  { "seed": ${seed}, "law": ${JSON.stringify(law)} }`,
  );
  await writeFile(file, `[\n${lines.join(',\n')}\n]\n`);
}
