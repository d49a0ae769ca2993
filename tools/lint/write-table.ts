import { writeFileSync } from 'node:fs';
import { tableFiles } from './table-files.ts';

// `npm run lint:table`: writes the import table wherever it is shown or enforced.
for (const [path, text] of Object.entries(tableFiles()))
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
