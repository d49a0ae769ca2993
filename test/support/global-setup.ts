import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../tools/temporal/cli.ts';
import { buildProduct } from '../../tools/build-product.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = `${root}.cache/test/workflow-bundle.js`;
const product = `${root}.cache/test/product`;

/** What test files need and one look is enough for: a Temporal CLI, the workflow bundle, and the product as it ships. */
export default async function globalSetup(): Promise<void> {
  const cli = await findTemporalCli({ say });
  say(`Temporal CLI ${cli.version} from ${cli.source}: ${cli.path}`);
  process.env['TEST_TEMPORAL_CLI'] = cli.path;

  await buildProduct({ dist: product, flags: ['--noCheck'], bundles: ['plain'] });
  process.env['TEST_PRODUCT'] = product;
  // By a rename, since another test run may be reading the last one.
  const unfinished = `${bundle}.${process.pid}`;
  mkdirSync(dirname(bundle), { recursive: true });
  writeFileSync(unfinished, readFileSync(`${product}/workflow-bundle.js`));
  renameSync(unfinished, bundle);
  process.env['TEST_WORKFLOW_BUNDLE'] = bundle;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
