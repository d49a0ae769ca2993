import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, UsageError } from '../kit/command-line.ts';
import { showProgress } from '../kit/progress.ts';
import { table } from '../kit/table.ts';
import { runTrials } from './pool.ts';
import { keepSeeds, readKeptSeeds } from './kept-seeds.ts';
import { parseOptions, type Options } from './options.ts';
import { findPlanted, selectPlanted, type PlantedResult } from './planted.ts';
import { failureText, reportOf, textOfReport } from './report.ts';
import type { Observation } from './observation.ts';
import { describe } from './describe.ts';

process.exit(await runCommand(() => main(process.argv.slice(2))));

// Temporal's packages take a second to load, so only what runs trials imports them.
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.planted !== undefined) return runPlanted(options, options.planted);
  return withBundle(options.bundle, (bundle) =>
    options.seed === undefined ? runAll(options, bundle) : describeTrial(options.seed, bundle),
  );
}

/** Bundles the product's workflows as they ship, into a file for every process; `built` is such a file. */
async function withBundle<T>(built: string | undefined, act: (file: string) => Promise<T>): Promise<T> {
  if (built !== undefined) return act(built);
  const folder = await mkdtemp(join(tmpdir(), 'sim-'));
  try {
    const { bundleWorkflows } = await import('../../src/temporal/workflow-bundle.ts');
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
  let [done, printed] = [0, 0];
  const progress = showProgress(() => `${done}/${total.size} trials, ${printed} failed`);
  const result = await runTrials({
    bundle,
    jobs,
    stop,
    seeds: total.values(),
    until: forMs === undefined ? Infinity : Date.now() + forMs,
    onProgress(trials, failed) {
      // At once, so that a run that is broken off has told them.
      for (const { seed, violations } of failed.slice(printed))
        console.log(`seed ${seed} broke ${violations[0]!.law}`);
      printed = failed.length;
      done = trials;
    },
  });
  progress.end();
  const report = reportOf(result, jobs);
  console.log(textOfReport(report));
  if (json !== undefined) await writeJson(json, report);
  if (keep) await keepSeeds(report.failed.map(({ seed, violations }) => ({ seed, law: violations[0]!.law })));
  return report.failed.length > 0 ? 1 : 0;
}

async function describeTrial(seed: number, bundle: string): Promise<number> {
  const { openWorkflowFactory } = await import('../kit/temporal/workflow-factory.ts');
  const { runTrial } = await import('./trial/trial.ts');
  let from: number | undefined;
  const result = await runTrial(seed, await openWorkflowFactory(bundle), (observation: Observation) => {
    from ??= observation.at;
    console.log(describe(observation, from));
  });
  console.log(result.violations.length > 0 ? failureText(result) : `seed ${seed}: no law was broken`);
  return result.violations.length > 0 ? 1 : 0;
}

async function runPlanted({ seeds, jobs, json }: Options, name: string): Promise<number> {
  const bugs = selectPlanted(name);
  if (!bugs)
    throw new UsageError(`--planted ${name}: no planted bug of this name that the simulator can find`);
  const results: PlantedResult[] = [];
  const progress = showProgress(() => {
    const found = results.filter((result) => result.found).length;
    const next = bugs[results.length]?.name;
    return `${results.length}/${bugs.length} planted bugs, ${found} found${next ? `, looking for ${next}` : ''}`;
  });
  for (const bug of bugs) results.push(await findPlanted(bug, { seeds, jobs }));
  progress.end();
  console.log(tableOf(results));
  if (json !== undefined) await writeJson(json, results);
  return results.every(({ found }) => found) ? 0 : 1;
}

function tableOf(results: readonly PlantedResult[]): string {
  return table(
    ['planted bug', 'found by', 'seed', 'trials'],
    results.map(({ bug, found, law = '', seed = '', trials }) => [
      bug,
      found ? law : 'NOT FOUND',
      `${seed}`,
      `${trials}`,
    ]),
  );
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
