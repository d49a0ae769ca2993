import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../../../tools/build-product.ts';
import { findTemporalCli } from '../../../tools/temporal/cli.ts';
import type { Compose } from '../compose/compose.ts';

/** Where the programs are that the images hold, in the versions of their tags. */
export interface Tools {
  /** The folder of initdb, postgres and the others. */
  readonly postgres: string;
  readonly temporalServer: string;
  /** A folder with temporal-sql-tool. */
  readonly sqlTools: string;
  readonly uiServer: string;
  readonly cli: string;
  /** Each program with its version, for the report. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A program is missing on this machine; the message says what to do. */
export class ToolMissing extends Error {}

/** Finds or builds them. The first time takes some minutes, since Temporal's server is compiled. */
export async function findTools(compose: Compose, say: (line: string) => void): Promise<Tools> {
  const temporal = tagOf(compose, 'temporal');
  const ui = tagOf(compose, 'temporal-ui');
  const postgres = await findPostgres(tagOf(compose, 'postgres').split('.')[0]!);
  const server = 'go.temporal.io/server/cmd';
  const [temporalServer, sqlTool, uiServer] = [
    await goProgram(`${server}/server@v${temporal}`, 'temporal-server', say),
    await goProgram(`${server}/tools/sql@v${temporal}`, 'temporal-sql-tool', say),
    await goProgram(`github.com/temporalio/ui-server/v2/cmd/server@v${ui}`, 'temporal-ui-server', say),
  ];
  await copyUiConfig(ui, dirname(uiServer));
  const cli = await findTemporalCli({ say });
  const { stdout } = await execa(join(postgres, 'postgres'), ['--version']);
  return {
    postgres,
    temporalServer,
    sqlTools: dirname(sqlTool),
    uiServer,
    cli: cli.path,
    versions: {
      PostgreSQL: `${stdout} (image ${tagOf(compose, 'postgres')})`,
      'Temporal server': `${temporal}, built from its module`,
      'Temporal UI': `${ui}, built from its module`,
      'Temporal CLI': cli.version,
      'Node, of the APIs and workers': process.version,
    },
  };
}

function tagOf({ services }: Compose, name: string): string {
  const tag = services[name]?.image.split(':')[1];
  if (tag === undefined) throw new ToolMissing(`the compose file has no image with a tag for ${name}`);
  return tag;
}

const debianFolder = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs, of the image's major version: Debian keeps them out of the PATH. */
async function findPostgres(major: string): Promise<string> {
  const debian = existsSync(debianFolder)
    ? readdirSync(debianFolder).map((v) => join(debianFolder, v, 'bin'))
    : [];
  for (const folder of [...debian, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    if (!existsSync(join(folder, 'initdb')) || !existsSync(join(folder, 'pg_ctl'))) continue;
    const { stdout } = await execa(join(folder, 'postgres'), ['--version']);
    if (stdout.includes(` ${major}.`)) return folder;
  }
  throw new ToolMissing(`PostgreSQL ${major} is not here: on Debian, apt-get install postgresql-${major}`);
}

/** Builds a program once, into the cache of this checkout. */
async function goProgram(module: string, name: string, say: (line: string) => void): Promise<string> {
  const version = module.slice(module.indexOf('@v') + 2);
  const folder = join(checkout, '.cache/verify/tools', version);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  say(`building ${name} ${version}: once, some minutes`);
  const into = join(folder, 'new');
  mkdirSync(into, { recursive: true });
  try {
    await execa('go', ['install', '-ldflags', '-s -w', module], {
      env: { CGO_ENABLED: '0', GOBIN: into },
    });
  } catch (error) {
    throw new ToolMissing(
      `${module} could not be built: it needs Go and the module proxy. ${(error as Error).message}`,
    );
  }
  // Go names a program after the folder of its package.
  renameSync(join(into, module.split('@')[0]!.split('/').at(-1)!), program);
  return program;
}

/** The UI reads its environment by way of a template, which lies beside it in its image. */
async function copyUiConfig(version: string, folder: string): Promise<void> {
  const target = join(folder, 'config', 'docker.yaml');
  if (existsSync(target)) return;
  const module = `github.com/temporalio/ui-server/v2@v${version}`;
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], { cwd: folder });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(Dir, 'config', 'docker.yaml'), target);
  // Those of the module cache may not be written.
  chmodSync(target, 0o644);
}
