import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from './temporal/workflow-bundle.ts';

// The last step of `npm run build`: workers start with this bundle instead of making their own.
const { code } = await bundleWorkflows(fileURLToPath(new URL('./workflows/index.js', import.meta.url)));
const target = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
await writeFile(target, code);
console.log(`workflow bundle: ${Math.round(code.length / 1024)} KiB`);
