import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../src/temporal/cli.ts';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = `${root}src/workflows/index.ts`;
const bundle = `${root}.cache/test/workflow-bundle.js`;
const product = `${root}.cache/test/product`;

/** What test files need and one look is enough for: a Temporal CLI, the workflow bundle, and the product as it ships. */
export default async function globalSetup(): Promise<void> {
  const cli = await findTemporalCli({ say });
  say(`Temporal CLI ${cli.version} from ${cli.source}: ${cli.path}`);
  process.env['TEST_TEMPORAL_CLI'] = cli.path;

  if (!existsSync(entry)) {
    say(`no workflow bundle: ${relative(root, entry)} does not exist`);
    return;
  }
  const { code } = await bundleWorkflows(entry);
  mkdirSync(dirname(bundle), { recursive: true });
  // By a rename, since another test run may be reading the last one.
  const unfinished = `${bundle}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, bundle);
  process.env['TEST_WORKFLOW_BUNDLE'] = bundle;
  compileProduct();
  process.env['TEST_PRODUCT'] = product;
}

/** As `npm run build` does, without the check of types that a run of tests is not for. */
function compileProduct(): void {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  execFileSync(
    process.execPath,
    [tsc, '-p', `${root}tsconfig.build.json`, '--noCheck', '--outDir', product],
    { stdio: 'inherit' },
  );
  cpSync(`${root}src/api/ops/assets`, `${product}/api/ops/assets`, { recursive: true });
  cpSync(bundle, `${product}/workflow-bundle.js`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
