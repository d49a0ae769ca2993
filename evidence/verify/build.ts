import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `npm run build` in a copy of the product. Throws with what it printed where it fails. */
export async function build(root: string): Promise<void> {
  try {
    await promisify(execFile)('npm', ['run', 'build'], { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`npm run build failed in ${root}\n${stdout}${stderr}`, { cause: error });
  }
  if (!existsSync(bundleOf(root))) throw new Error(`${root} was built without a workflow bundle`);
}

/** The workflow bundle of a built product, for payloads that are encrypted. */
export function bundleOf(root: string): string {
  return join(root, 'dist/workflow-bundle.encrypted.js');
}
