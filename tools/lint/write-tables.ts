import { writeFileSync } from 'node:fs';
import { tableFiles } from './table-files.ts';

// `npm run tables`: writes every table that lint or a document takes from the code.
for (const [path, text] of Object.entries(tableFiles()))
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
