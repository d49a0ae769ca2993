import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installRuntime } from '../../src/temporal/connect.ts';
import { findTemporalCli } from '../../tools/temporal/cli.ts';
import { buildAll, type Build } from './build.ts';
import { cases } from './cases/index.ts';
import type { Case, Context } from './cases/case.ts';
import { parseOptions, usage, UsageError, type Options } from './options.ts';
import { writeReport } from './write-report.ts';
import { loadResults, saveCase } from './results.ts';
import { createProcesses, type Processes } from './stage/processes.ts';
import { openStage, type Stage } from './stage/stage.ts';

// `npm run bench`: measures, keeps the results after each case, and writes the report of all that is there.
const root = fileURLToPath(new URL('../../', import.meta.url));
const defaultRounds = { short: 1, full: 5 };

const options = optionsOrExit();
if (options.does === 'list') {
  for (const { name, title } of cases) console.log(`${name.padEnd(10)} ${title}`);
} else if (options.does === 'report') {
  await report(options.out);
} else {
  process.exitCode = await runAll(options);
  // The SDK's runtime keeps the process up.
  process.exit();
}

function optionsOrExit(): Options {
  try {
    return parseOptions(
      process.argv.slice(2),
      cases.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

async function report(folder: string): Promise<void> {
  const { cases: measured } = loadResults(folder);
  const inOrder = cases.flatMap(({ name }) => (measured[name] ? [[name, measured[name]] as const] : []));
  await writeReport(folder, { cases: Object.fromEntries(inOrder) });
  console.log(`\nreport: ${relative(process.cwd(), resolve(folder))}/report.md`);
}

async function runAll({ only, ...rest }: Options): Promise<number> {
  if (process.platform !== 'linux') {
    console.error('the bench reads the CPU of its processes from /proc: it runs on Linux alone');
    return 2;
  }
  installRuntime({ logLevel: 'ERROR' });
  // The dev server's process keeps nothing up, also while its end is waited for.
  const keptUp = setInterval(() => {}, 60_000);
  const startedAt = Date.now();
  const cli = (await findTemporalCli({ say: console.error })).path;
  const processes = createProcesses();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void processes.stopAll().then(() => process.exit(130)));
  console.log('building …');
  const scratch = scratchFolder();
  const build = await buildAll(`${scratch}/build`);

  const failed: string[] = [];
  for (const [index, name] of only.entries()) {
    const each = cases.find((known) => known.name === name)!;
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`\n${index + 1}/${only.length} ${name}, after ${seconds} s: ${each.title}`);
    try {
      await runCase(each, { cli, build, processes, scratch, options: { only, ...rest } });
    } catch (error) {
      failed.push(name);
      console.error(`${name} failed:`, error);
      // Those of a stage that did not come to stand.
      await processes.stopAll();
    }
  }
  await report(rest.out);
  clearInterval(keptUp);
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

/** A folder of this run's own, so that two runs do not meet; inside the checkout, where what is built finds its packages. */
function scratchFolder(): string {
  const cache = `${root}.cache/bench`;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(`${cache}/run-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Means {
  readonly cli: string;
  readonly build: Build;
  readonly processes: Processes;
  readonly scratch: string;
  readonly options: Options;
}

async function runCase(each: Case, { cli, build, processes, scratch, options }: Means): Promise<void> {
  const { isShort, growth, out, isProfiled } = options;
  const startedAt = Date.now();
  const elapsed = () => ((Date.now() - startedAt) / 1000).toFixed(0).padStart(4);
  const [loadBefore = 0] = loadavg();
  const stages: Stage[] = [];
  const context: Context = {
    rounds: options.rounds ?? (isShort ? defaultRounds.short : (each.defaultRounds ?? defaultRounds.full)),
    isShort,
    growth,
    buildPath: build.script,
    sourcePath: (path) => `${root}${path}`,
    async openStage(play) {
      const profiles = isProfiled ? resolve(out, 'profiles', each.name) : undefined;
      const stage = await openStage({ cli, build, processes, scratch, profiles, ...play });
      stages.push(stage);
      return stage;
    },
    say: (line) => console.log(`${elapsed()} s  ${line}`),
  };
  try {
    const { figures, rounds, notes } = await each.run(context);
    const machine = stages[0]?.machine;
    if (!machine) throw new Error('a case without a stage');
    const [at, seconds] = [new Date(startedAt).toISOString(), Math.round((Date.now() - startedAt) / 1000)];
    const { title } = each;
    saveCase(out, each.name, { title, figures, rounds, notes, isShort, at, seconds, loadBefore, machine });
    for (const { name, value, unit, ok } of figures)
      context.say(
        `${ok === undefined ? ' ' : ok ? '✓' : '✗'} ${name}: ${Number(value.toPrecision(4))} ${unit}`,
      );
  } catch (error) {
    context.say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  } finally {
    for (const stage of stages) await stage.close();
  }
}
