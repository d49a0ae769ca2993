import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';

/** A text of the source that is there once, and what stands there after the change. */
export interface Change {
  /** In `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundle of changed workflows, in a folder of its own. */
export interface ChangedBundle {
  readonly codePath: string;
  remove(): void;
}

/** Bundles the workflows as they would be after the changes. */
export async function bundleChanged(changes: readonly Change[]): Promise<ChangedBundle> {
  // Inside the checkout, so that the copy finds its modules.
  const place = mkdtempSync(`${root}.cache/replay-`);
  const remove = () => rmSync(place, { recursive: true });
  try {
    for (const room of ['domain', 'workflows'])
      cpSync(`${root}src/${room}`, `${place}/${room}`, { recursive: true });
    for (const change of changes) apply(place, change);
    const codePath = `${place}/bundle.js`;
    writeFileSync(codePath, (await bundleWorkflows(`${place}/workflows/index.ts`)).code);
    return { codePath, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Calls `use` with a bundle of the workflows as they would be after the changes. */
export async function withChanged<Answer>(
  changes: readonly Change[],
  use: (codePath: string) => Promise<Answer>,
): Promise<Answer> {
  const { codePath, remove } = await bundleChanged(changes);
  try {
    return await use(codePath);
  } finally {
    remove();
  }
}

function apply(place: string, { file, from, to }: Change): void {
  const text = readFileSync(`${place}/${file}`, 'utf8');
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`the text to change is in ${file} ${count} times, not once: ${from}`);
  writeFileSync(
    `${place}/${file}`,
    text.replace(from, () => to),
  );
}
