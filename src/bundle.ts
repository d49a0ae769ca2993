import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from './temporal/workflow-bundle.ts';

// The last step of `npm run build`: workers start with one of these bundles instead of making their own.
const workflows = fileURLToPath(new URL('./workflows/index.js', import.meta.url));
for (const isEncrypted of [false, true]) {
  const { code } = await bundleWorkflows(workflows, { isEncrypted });
  const name = isEncrypted ? 'workflow-bundle.encrypted.js' : 'workflow-bundle.js';
  await writeFile(fileURLToPath(new URL(`./${name}`, import.meta.url)), code);
  console.log(`${name}: ${Math.round(code.length / 1024)} KiB`);
}
