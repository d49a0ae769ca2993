import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A seed whose trial once failed: every run begins with it. */
export interface KeptSeed {
  readonly seed: number;
  /** The first law that it broke. */
  readonly law: string;
}

const file = fileURLToPath(new URL('kept-seeds.json', import.meta.url));

export async function readKeptSeeds(): Promise<readonly KeptSeed[]> {
  return JSON.parse(await readFile(file, 'utf8')) as KeptSeed[];
}

/** Adds failed seeds to the file, once each. */
export async function keepSeeds(failed: readonly KeptSeed[]): Promise<void> {
  const kept = await readKeptSeeds();
  const fresh = failed.filter(({ seed }) => !kept.some((known) => known.seed === seed));
  if (fresh.length === 0) return;
  // As Prettier writes it.
  const lines = [...kept, ...fresh].map(
    ({ seed, law }) => `  { "seed": ${seed}, "law": ${JSON.stringify(law)} }`,
  );
  await writeFile(file, `[\n${lines.join(',\n')}\n]\n`);
}
