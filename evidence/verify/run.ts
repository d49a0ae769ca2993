import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../tools/build-product.ts';
import { runCommand } from '../kit/command-line.ts';
import { sayer, secondsSince } from '../kit/progress.ts';
import { patienceFor } from '../chaos/patience.ts';
import { configText } from '../chaos/cluster/config.ts';
import { buildChanged } from './changed.ts';
import { readCompose } from './compose/compose.ts';
import { buildStages } from './image/build.ts';
import { checkSbom } from './image/sbom.ts';
import { parseOptions, type VerifyOptions } from './options.ts';
import { playJourneys } from './phases/journeys.ts';
import { underLoad } from './phases/under-load.ts';
import { reportOf } from './report.ts';
import { makeCanaries } from './secrecy/canaries.ts';
import { openKeyring } from './secrecy/keyring.ts';
import { acknowledge, plant } from './secrecy/planted.ts';
import { choosePorts, openCluster, type Cluster } from './cluster/cluster.ts';
import { findTools, ToolMissing } from './tools/find.ts';
import { Verdicts } from './verdict.ts';

// `npm run verify:production`: what docker-compose.yml says, as processes of this machine, disturbed and judged.
const interrupted = new AbortController();
setMaxListeners(0, interrupted.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(signal));
const startedAt = Date.now();
const say = sayer(console.error);

try {
  process.exitCode = await runCommand(() => main(parseOptions(process.argv.slice(2))));
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error('\ninterrupted; every process was ended');
    process.exitCode = 130;
  } else if (error instanceof ToolMissing) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
// Connections that a killed process has left may still be open.
process.exit();

async function main(options: VerifyOptions): Promise<number> {
  const { signal } = interrupted;
  const base = join(checkout, '.cache/verify');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'run-'));
  try {
    return await verifyIn(folder, options);
  } catch (error) {
    // An interrupted run says nothing.
    if (signal.aborted && !options.keep) rmSync(folder, { recursive: true });
    throw error;
  }
}

async function verifyIn(
  folder: string,
  { short: isShort, keep: isKept, seed }: VerifyOptions,
): Promise<number> {
  const { signal } = interrupted;
  // The database runs as another user, who must be able to enter the folder.
  chmodSync(folder, 0o755);

  const ports = await choosePorts();
  const patience = patienceFor(300);
  const config = join(folder, 'payments.yaml');
  const keyring = openKeyring(
    {
      config: configText(`http://127.0.0.1:${ports['sandbox']![4010]}`, patience),
      configFile: config,
      envFile: join(folder, 'payments.env'),
    },
    'k1',
  );
  const canaries = makeCanaries();
  const compose = readCompose(readFileSync(join(checkout, 'docker-compose.yml'), 'utf8'), {
    POSTGRES_PASSWORD: randomBytes(16).toString('hex'),
    PAYMENTS_CONFIG_FILE: config,
  });
  const tools = await findTools(compose, say);

  say('building what the Dockerfile says');
  const stages = await buildStages(checkout, join(folder, 'image'));
  const product = stages.folderOf(compose.services['worker']!.build?.target);
  const sandbox = stages.folderOf(compose.services['sandbox']!.build?.target);
  say('building two products with a changed workflow');
  const [changed, unguarded] = await Promise.all([
    buildChanged('patched', join(folder, 'changed')),
    buildChanged('unguarded', join(folder, 'unguarded')),
  ]);
  signal.throwIfAborted();

  const verdicts = new Verdicts(say);
  const { installed, components, wrong } = checkSbom(product);
  const counts = `${installed} packages are installed, ${components} are named`;
  verdicts.add('the image', 'its SBOM names what is installed', wrong.length === 0, wrong[0] ?? counts);
  const cluster = await openCluster({ compose, tools, ports, folder, product, sandbox, say });
  let figures: Readonly<Record<string, string>> = {};
  try {
    const first = await unlessAborted(
      Promise.all([
        playJourneys(cluster, verdicts),
        plant(cluster, canaries, 'k1').then(async (planted) => {
          await acknowledge(cluster, planted, canaries);
          return planted;
        }),
      ]).then(([, planted]) => planted),
      signal,
    );
    figures = await underLoad({
      cluster,
      folder,
      product,
      changed,
      unguarded,
      keyring,
      canaries,
      first,
      isShort,
      seed,
      patience,
      verdicts,
      signal,
      say,
    });
    if (isKept) await keepUp(cluster, signal);
  } finally {
    await cluster.stop();
    say('everything that was started is ended');
  }

  const command = `npm run verify:production${isShort ? ' -- --short' : ''}`;
  const report = reportOf({
    verdicts: verdicts.all,
    versions: tools.versions,
    figures,
    command,
    tookMs: Date.now() - startedAt,
  });
  const file = join(checkout, isShort ? '.cache/verify/report-short.md' : 'evidence/verify/report.md');
  writeFileSync(file, report);
  const broken = verdicts.all.filter(({ isGood }) => !isGood);
  if (broken.length === 0 && !isKept) rmSync(folder, { recursive: true });
  else console.log(`kept: ${folder}`);
  console.log(`report: ${file}`);
  console.log(
    broken.length === 0
      ? `all ${verdicts.all.length} checks hold, after ${secondsSince(startedAt)} s`
      : `${broken.length} of ${verdicts.all.length} checks do NOT hold`,
  );
  for (const { part, says, seen } of broken) console.log(`✗ ${part}: ${says}: ${seen}`);
  return broken.length === 0 ? 0 : 1;
}

/** Stops waiting for work that takes no signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  return Promise.race([work, aborted]);
}

async function keepUp(cluster: Cluster, signal: AbortSignal): Promise<void> {
  console.log(`
APIs          ${cluster.apis.join(', ')}
sandbox       ${cluster.sandbox}
Temporal      ${cluster.temporal}, namespace payments
Temporal UI   ${cluster.ui}/namespaces/payments/workflows
Ctrl-C ends all of it`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
