import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../chaos/checkout.ts';
import { patienceFor } from '../chaos/patience.ts';
import { configText } from '../chaos/site/config.ts';
import { build } from './build.ts';
import { copyChanged } from './changed.ts';
import { readCompose } from './compose/compose.ts';
import { buildStages } from './image/build.ts';
import { checkSbom } from './image/sbom.ts';
import { parseOptions, usage, UsageError, type VerifyOptions } from './options.ts';
import { playJourneys } from './phases/journeys.ts';
import { underLoad } from './phases/under-load.ts';
import { reportOf } from './report.ts';
import { makeCanaries } from './secrecy/canaries.ts';
import { openKeyring } from './secrecy/keyring.ts';
import { acknowledge, plant } from './secrecy/planted.ts';
import { choosePorts, openSite, type Site } from './site/site.ts';
import { findTools, ToolMissing } from './tools/find.ts';
import { Verdicts } from './verdict.ts';

// `npm run verify:production`: what docker-compose.yml says, as processes of this machine, disturbed and judged.
const interrupted = new AbortController();
setMaxListeners(0, interrupted.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(signal));
const startedAt = Date.now();
const say = (line: string) =>
  console.error(`${`${Math.round((Date.now() - startedAt) / 1000)}`.padStart(4)} s  ${line}`);

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error('\nbroken off; every process was ended');
    process.exitCode = 130;
  } else if (error instanceof UsageError || error instanceof ToolMissing) {
    console.error(error instanceof UsageError ? `${error.message}\n${usage}` : error.message);
    process.exitCode = 2;
  } else throw error;
}
// Connections that a killed process has left may still be open.
process.exit();

async function main(options: VerifyOptions): Promise<number> {
  const { isKept } = options;
  const { signal } = interrupted;
  const base = join(checkout, '.cache/verify');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'run-'));
  try {
    return await verifyIn(folder, options);
  } catch (error) {
    // What was broken off says nothing.
    if (signal.aborted && !isKept) rmSync(folder, { recursive: true });
    throw error;
  }
}

async function verifyIn(folder: string, { isShort, isKept, seed }: VerifyOptions): Promise<number> {
  const { signal } = interrupted;
  // The database belongs to somebody else, who must come through.
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
  const changed = await copyChanged('patched', join(folder, 'changed'));
  const unguarded = await copyChanged('unguarded', join(folder, 'unguarded'));
  await Promise.all([changed, unguarded].map(build));
  signal.throwIfAborted();

  const verdicts = new Verdicts(say);
  const { installed, components, wrong } = checkSbom(product);
  const counts = `${installed} packages are installed, ${components} are told of`;
  verdicts.add('the image', 'its SBOM names what is installed', wrong.length === 0, wrong[0] ?? counts);
  const site = await openSite({ compose, tools, ports, folder, product, sandbox, say });
  let figures: Readonly<Record<string, string>> = {};
  try {
    const first = await unlessAborted(
      Promise.all([
        playJourneys(site, verdicts),
        plant(site, canaries, 'k1').then(async (planted) => {
          await acknowledge(site, planted, canaries);
          return planted;
        }),
      ]).then(([, planted]) => planted),
      signal,
    );
    figures = await underLoad({
      site,
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
    if (isKept) await keepUp(site, signal);
  } finally {
    await site.stop();
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
      ? `all ${verdicts.all.length} checks hold, after ${Math.round((Date.now() - startedAt) / 1000)} s`
      : `${broken.length} of ${verdicts.all.length} checks do NOT hold`,
  );
  for (const { part, says, seen } of broken) console.log(`✗ ${part}: ${says}: ${seen}`);
  return broken.length === 0 ? 0 : 1;
}

/** Leaves something alone that would not hear of it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  return Promise.race([work, aborted]);
}

async function keepUp(site: Site, signal: AbortSignal): Promise<void> {
  console.log(`
APIs          ${site.apis.join(', ')}
sandbox       ${site.sandbox}
Temporal      ${site.temporal}, namespace payments
Temporal UI   ${site.ui}/namespaces/payments/workflows
Ctrl-C ends all of it`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
