import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** This checkout, which has the compiler and the packages. */
const checkout = fileURLToPath(new URL('../', import.meta.url));

export interface BuildOptions {
  /** Where `src` is; by default this checkout. */
  readonly root?: string;
  /** Where the built product goes: `server.js`, `worker.js` and what they need. It must find `node_modules` above it. */
  readonly dist: string;
  /** A TypeScript project that compiles `root/src` into `dist`; by default the product's own. */
  readonly project?: string;
  /** Leaves the check of types to somebody else. */
  readonly isUnchecked?: boolean;
  /** The forms of the workflow bundle; by default both. */
  readonly bundles?: readonly BundleForm[];
}

/** For payloads in plain text, or encrypted ones. */
export type BundleForm = 'plain' | 'encrypted';

const bothForms: readonly BundleForm[] = ['plain', 'encrypted'];

/**
 * Builds what production runs: compiles `src`, copies the board's assets, bundles the workflows. Answers a
 * line for each bundle with its size. Throws with the words of whatever refused it.
 */
export async function buildProduct({
  root = checkout,
  dist,
  project = join(root, 'tsconfig.build.json'),
  isUnchecked = false,
  bundles = bothForms,
}: BuildOptions): Promise<string> {
  await compile(project, dist, isUnchecked ? ['--noCheck'] : []);
  return finishProduct(root, dist, bundles);
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
export async function finishProduct(root: string, dist: string, bundles = bothForms): Promise<string> {
  await cp(join(root, 'src/board/assets'), join(dist, 'board/assets'), { recursive: true });
  return run(['--import', 'tsx', join(checkout, 'tools/bundle.ts'), dist, ...bundles]);
}

async function run(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...args], { cwd: checkout });
    return stdout.trimEnd();
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`the build failed: ${message}\n${stdout}${stderr}`, { cause: error });
  }
}
