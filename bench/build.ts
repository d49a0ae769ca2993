import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Everything that runs as a process, as JavaScript: the product as `npm run build` makes it, and the bench's own. */
export interface Build {
  /** Path of a compiled file, such as `src/server.js`. */
  script(path: string): string;
}

/** Compiles the sources as they are now into a folder below the checkout, and bundles each variant's workflows. */
export async function buildAll(folder: string): Promise<Build> {
  const script = (path: string) => `${folder}/${path}`;
  execFileSync(
    process.execPath,
    [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}bench`, '--outDir', folder],
    {
      stdio: 'inherit',
    },
  );
  // What the compiler leaves behind, as `npm run build` copies it.
  cpSync(`${root}src/api/ops/assets`, script('src/api/ops/assets'), { recursive: true });
  execFileSync(process.execPath, [script('src/bundle.js')], { stdio: 'ignore' });
  for (const variant of ['textbook', 'minimal', 'idle']) await bundle(script(`bench/variants/${variant}`));
  return { script };
}

/** With the defaults of the SDK, which is what the documentation leads to. */
async function bundle(place: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: `${place}/workflows.js`,
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(`${place}/workflow-bundle.js`, code);
}
