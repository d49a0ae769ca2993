import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Bundles the workflows of a compiled product, in the given forms, with the bundler of that same product, so that a copy with a
// planted change is bundled with the change. A process of its own, since Jest cannot import files that are compiled in its run.
const [dist = '', ...forms] = process.argv.slice(2);
const bundler = pathToFileURL(join(dist, 'temporal/workflow-bundle.js')).href;
const { bundleWorkflows } = (await import(bundler)) as typeof import('../src/temporal/workflow-bundle.ts');
for (const form of forms) {
  const isEncrypted = form === 'encrypted';
  const { code } = await bundleWorkflows(join(dist, 'workflows/index.js'), { isEncrypted });
  const name = isEncrypted ? 'workflow-bundle.encrypted.js' : 'workflow-bundle.js';
  await writeFile(join(dist, name), code);
  console.log(`${name}: ${Math.round(Buffer.byteLength(code) / 1024)} KiB`);
}
