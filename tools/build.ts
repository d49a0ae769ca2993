import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildProduct } from './build-product.ts';

// `npm run build`: dist/, as the image holds it.
const dist = fileURLToPath(new URL('../dist', import.meta.url));
await rm(dist, { recursive: true, force: true });
console.log(await buildProduct({ dist }));
