import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../src/temporal/cli.ts';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = `${root}src/workflows/index.ts`;
const bundle = `${root}.cache/test/workflow-bundle.js`;

/** What every test file needs and one look is enough for: a Temporal CLI and the workflow bundle. */
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
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
