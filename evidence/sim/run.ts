import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';
import { openSandbox } from './core/sandbox.ts';
import { runFleet } from './fleet.ts';
import { keepSeeds, readKeptSeeds } from './kept-seeds.ts';
import { live } from './life/life.ts';
import { parseOptions, usage, UsageError, type Options } from './options.ts';
import { hunt, huntable, type Hunt } from './planted.ts';
import { progressLine } from './progress.ts';
import { failureText, reportOf, textOfReport } from './report.ts';
import type { Sight } from './seen.ts';
import { tell } from './story.ts';

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options.planted !== undefined) return await huntAll(options, options.planted);
    return await withBundle((bundle) =>
      options.seed === undefined ? runAll(options, bundle) : tellOne(options.seed, bundle),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}

/** The product's own bundle, as it ships, in a file for every process. */
async function withBundle<T>(act: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sim-'));
  try {
    const { code } = await bundleWorkflows(
      fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    );
    const file = join(folder, 'workflow-bundle.js');
    await writeFile(file, code);
    return await act(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAll(options: Options, bundle: string): Promise<number> {
  const { from, seeds, jobs, forMs, stop, keep, json } = options;
  const kept = (await readKeptSeeds()).map(({ seed }) => seed);
  const total = new Set([...kept, ...Array.from({ length: seeds }, (_, index) => from + index)]);
  const progress = progressLine(total.size, 'lives');
  let told = 0;
  const result = await runFleet({
    bundle,
    jobs,
    stop,
    seeds: total.values(),
    until: forMs === undefined ? Infinity : Date.now() + forMs,
    onProgress(lives, failed) {
      // At once, so that a run that is cut leaves them.
      for (const { seed, breaches } of failed.slice(told))
        console.log(`seed ${seed} broke ${breaches[0]!.law}`);
      told = failed.length;
      progress.at(lives, `${failed.length} failed`);
    },
  });
  progress.end();
  const report = reportOf(result, jobs);
  console.log(textOfReport(report));
  if (json !== undefined) await writeJson(json, report);
  if (keep) await keepSeeds(report.failed.map(({ seed, breaches }) => ({ seed, law: breaches[0]!.law })));
  return report.failed.length > 0 ? 1 : 0;
}

async function tellOne(seed: number, bundle: string): Promise<number> {
  let from: number | undefined;
  const lived = await live(seed, await openSandbox(bundle), (sight: Sight) => {
    from ??= sight.at;
    console.log(tell(sight, from));
  });
  console.log(lived.breaches.length > 0 ? failureText(lived) : `seed ${seed}: no law was broken`);
  return lived.breaches.length > 0 ? 1 : 0;
}

async function huntAll({ seeds, jobs, json }: Options, name: string): Promise<number> {
  const bugs = huntable(name);
  if (!bugs) throw new UsageError(`--planted ${name}: no bug that a simulation can see is called so`);
  const progress = progressLine(bugs.length, 'planted bugs');
  const hunts: Hunt[] = [];
  for (const bug of bugs) {
    progress.at(hunts.length, `${hunts.filter(({ found }) => found).length} found, looking for ${bug.name}`);
    hunts.push(await hunt(bug, { seeds, jobs }));
  }
  progress.end();
  console.log(tableOf(hunts));
  if (json !== undefined) await writeJson(json, hunts);
  return hunts.every(({ found }) => found) ? 0 : 1;
}

function tableOf(hunts: readonly Hunt[]): string {
  const rows = hunts.map(
    ({ bug, found, law = '', seed, lives }) =>
      [bug, found ? law : 'NOT FOUND', seed === undefined ? '' : String(seed), String(lives)] as const,
  );
  const head = ['planted bug', 'found by', 'seed', 'lives'] as const;
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
