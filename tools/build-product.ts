import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The root of this checkout, which has the compiler and the packages. */
export const checkout = fileURLToPath(new URL('../', import.meta.url));

export interface BuildOptions {
  /** Where `src` is; by default this checkout. */
  readonly root?: string;
  /** Where the built product goes: `server.js`, `worker.js` and what they need. It must find `node_modules` above it. */
  readonly dist: string;
  /** Flags of the compiler beside those of the product's own project. */
  readonly flags?: readonly string[];
}

// The forms of the workflow bundle: for payloads in plain text, and for encrypted ones.
const forms = ['plain', 'encrypted'];

/**
 * Builds what production runs: compiles `src`, copies the board's assets, bundles the workflows. Answers a
 * line for each bundle with its size. Throws with the output of the step that failed.
 */
export async function buildProduct({ root = checkout, dist, flags = [] }: BuildOptions): Promise<string> {
  await compile(join(root, 'tsconfig.build.json'), dist, flags);
  return finishProduct(root, dist);
}

/** Compiles a TypeScript project into a folder. Throws with the compiler's words. */
export async function compile(
  project: string,
  outDir: string,
  options: readonly string[] = [],
): Promise<void> {
  await run([
    join(checkout, 'node_modules/typescript/bin/tsc'),
    '-p',
    project,
    '--outDir',
    outDir,
    ...options,
  ]);
}

/** Adds to the compiled `src` of a root what the compiler leaves behind: assets and bundles. Answers a line for each bundle. */
export async function finishProduct(root: string, dist: string): Promise<string> {
  await cp(join(root, 'src/board/assets'), join(dist, 'board/assets'), { recursive: true });
  return run(['--import', 'tsx', join(checkout, 'tools/bundle.ts'), dist, ...forms]);
}

/**
 * Copies what the product is built from into a folder that is empty or not there yet, and further paths of this checkout
 * where they are named; the packages are a link. Answers the folder, which `buildProduct` takes as its root.
 */
export async function copyProduct(into: string, more: readonly string[] = []): Promise<string> {
  await mkdir(into, { recursive: true });
  if ((await readdir(into)).length > 0) throw new Error(`${into} is not empty`);
  const paths = ['src', 'config', 'package.json', 'tsconfig.json', 'tsconfig.build.json', ...more];
  for (const path of paths) await cp(join(checkout, path), join(into, path), { recursive: true });
  await symlink(join(checkout, 'node_modules'), join(into, 'node_modules'), 'dir');
  return into;
}

// Not by execa: Jest's global setup builds the product, and cannot load it.
async function run(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
    return stdout.trimEnd();
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`the build failed: ${message}\n${stdout}${stderr}`, { cause: error });
  }
}
