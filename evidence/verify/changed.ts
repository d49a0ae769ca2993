import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '../chaos/checkout.ts';

/** The workflow as an upgrade brings it: one more command before every read, guarded by `patched` or not. */
export type Change = 'patched' | 'unguarded';

const file = 'src/workflows/payment-order.ts';
const find = 'await run.read(next.why);';
const command = "wf.upsertMemo({ verified: 'upgraded' });";

/** The changed source. Throws where the text to change is not there exactly once. */
export function changeSource(source: string, change: Change): string {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`the text to change is in ${file} ${count} times, not once`);
  const guarded = change === 'patched' ? `if (wf.patched('verify-upgrade')) ${command}` : command;
  return source.replace(find, () => `${guarded}\n        ${find}`);
}

/** Copies the product into a folder that is not there yet and changes its workflow. Answers the folder. */
export async function copyChanged(change: Change, into: string): Promise<string> {
  const source = changeSource(await readFile(join(checkout, file), 'utf8'), change);
  await copyProduct(into);
  await writeFile(join(into, file), source);
  return into;
}

/** Copies what `npm run build` needs; the packages are a link. */
export async function copyProduct(into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  for (const path of ['src', 'tools', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    await cp(join(checkout, path), join(into, path), { recursive: true });
  await symlink(join(checkout, 'node_modules'), join(into, 'node_modules'), 'dir');
  return into;
}
