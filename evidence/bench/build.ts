import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { checkout, compile, finishProduct } from '../../tools/build-product.ts';

/** Everything that runs as a process, as JavaScript: the product as `npm run build` makes it, and the bench's own. */
export interface Build {
  /** Path of a compiled file, such as `src/server.js`. */
  script(path: string): string;
}

/** Compiles the sources as they are now into a folder below the checkout, and bundles each variant's workflows. */
export async function buildAll(folder: string): Promise<Build> {
  const script = (path: string) => `${folder}/${path}`;
  await compile(`${checkout}evidence/bench/tsconfig.json`, folder);
  await finishProduct(checkout, script('src'));
  for (const variant of ['textbook', 'minimal', 'idle'])
    await bundle(script(`evidence/bench/variants/${variant}`));
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
