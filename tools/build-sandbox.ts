import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile } from './build-product.ts';

// `npm run build:sandbox`: dist-sandbox/, as the image of the sandbox holds it.
const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const dist = pathOf('dist-sandbox');
await rm(dist, { recursive: true, force: true });
await compile(pathOf('tsconfig.sandbox.json'), dist);
