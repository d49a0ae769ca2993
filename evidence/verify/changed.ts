import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProduct, checkout, copyProduct } from '../../tools/build-product.ts';
import { replaceOnce } from '../kit/replace-once.ts';

/** The workflow as an upgrade brings it: one more command before every read, guarded by `patched` or not. */
export type Change = 'patched' | 'unguarded';

const file = 'src/workflows/payment-order.ts';
const find = 'await run.read(next.why);';
const command = "wf.upsertMemo({ verified: 'upgraded' });";

/** The changed source. Throws where the text to change is not there exactly once. */
export function changeSource(source: string, change: Change): string {
  const guarded = change === 'patched' ? `if (wf.patched('verify-upgrade')) ${command}` : command;
  return replaceOnce(source, find, `${guarded}\n        ${find}`, file);
}

/** Copies the product into a folder that is not there yet, changes its workflow and builds it. Answers the folder. */
export async function buildChanged(change: Change, into: string): Promise<string> {
  const source = changeSource(await readFile(join(checkout, file), 'utf8'), change);
  await copyProduct(into);
  await writeFile(join(into, file), source);
  await buildProduct({ root: into, dist: join(into, 'dist') });
  return into;
}

/** The workflow bundle of a built product, for payloads that are encrypted. */
export function bundleOf(root: string): string {
  return join(root, 'dist/workflow-bundle.encrypted.js');
}
