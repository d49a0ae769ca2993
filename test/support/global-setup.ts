import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../tools/temporal/cli.ts';
import { buildProduct } from '../../tools/build-product.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = `${root}.cache/test/workflow-bundle.js`;
const product = `${root}.cache/test/product`;
const built = `${product}/built-of`;

/** What test files need and one look is enough for: a Temporal CLI, the workflow bundle, and the product as it ships. */
export default async function globalSetup(): Promise<void> {
  const cli = await findTemporalCli({ say });
  say(`Temporal CLI ${cli.version} from ${cli.source}: ${cli.path}`);
  process.env['TEST_TEMPORAL_CLI'] = cli.path;

  await buildWhereChanged();
  process.env['TEST_PRODUCT'] = product;
  // By a rename, since another test run may be reading the last one.
  const unfinished = `${bundle}.${process.pid}`;
  mkdirSync(dirname(bundle), { recursive: true });
  writeFileSync(unfinished, readFileSync(`${product}/workflow-bundle.js`));
  renameSync(unfinished, bundle);
  process.env['TEST_WORKFLOW_BUNDLE'] = bundle;
}

/** Builds the product, unless the last test run built it of the same files. */
async function buildWhereChanged(): Promise<void> {
  const sources = hashOfSources();
  if (existsSync(built) && readFileSync(built, 'utf8') === sources) return;
  rmSync(built, { force: true });
  await buildProduct({ dist: product, flags: ['--noCheck'] });
  // Last, so that a build that was broken off is not taken for one.
  writeFileSync(built, sources);
}

/** Of everything that the built product is made of. */
function hashOfSources(): string {
  const below = (folder: string) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(root.length));
  const files = [
    ...below('src'),
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'tools/build-product.ts',
    'tools/bundle.ts',
  ];
  const hash = createHash('sha256').update(process.version);
  for (const file of files.toSorted()) hash.update(`\0${file}\0`).update(readFileSync(`${root}${file}`));
  return hash.digest('hex');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
