import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { relative, resolve } from 'node:path';
import { installRuntime } from '../../src/temporal/connect.ts';
import { checkout } from '../../tools/build-product.ts';
import { findTemporalCli } from '../../tools/temporal/cli.ts';
import { runCommand } from '../kit/command-line.ts';
import { sayer, secondsSince } from '../kit/progress.ts';
import { buildAll, type Build } from './build.ts';
import { cases } from './cases/index.ts';
import type { Case, Context } from './cases/case.ts';
import { parseOptions, type Options } from './options.ts';
import { writeReport } from './write-report.ts';
import { loadResults, saveCase } from './results.ts';
import { openTestbed, type Testbed } from './testbed/testbed.ts';

// `npm run bench`: measures, keeps the results after each case, and writes the report of all that is there.
const defaultRounds = { short: 1, full: 5 };

process.exitCode = await runCommand(async () => {
  const names = cases.map(({ name }) => name);
  const options = parseOptions(process.argv.slice(2), names);
  if (options.list) {
    for (const { name, title } of cases) console.log(`${name.padEnd(10)} ${title}`);
    return 0;
  }
  return options.report ? report(options.out) : runAll(options);
});
// The SDK's runtime keeps the process up.
process.exit();

async function report(folder: string): Promise<number> {
  const { cases: measured } = loadResults(folder);
  const inOrder = cases.flatMap(({ name }) => (measured[name] ? [[name, measured[name]] as const] : []));
  await writeReport(folder, { cases: Object.fromEntries(inOrder) });
  console.log(`\nreport: ${relative(process.cwd(), resolve(folder))}/report.md`);
  return 0;
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
  // Every process that was started ends with this one.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  console.log('building …');
  const scratch = scratchFolder();
  const build = await buildAll(`${scratch}/build`);

  const failed: string[] = [];
  for (const [index, name] of only.entries()) {
    const each = cases.find((known) => known.name === name)!;
    console.log(`\n${index + 1}/${only.length} ${name}, after ${secondsSince(startedAt)} s: ${each.title}`);
    try {
      await runCase(each, { cli, build, scratch, options: { only, ...rest } });
    } catch (error) {
      failed.push(name);
      console.error(`${name} failed:`, error);
    }
  }
  await report(rest.out);
  clearInterval(keptUp);
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

/** A folder of this run's own, so that two runs do not meet; inside the checkout, where the build finds its packages. */
function scratchFolder(): string {
  const cache = `${checkout}.cache/bench`;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(`${cache}/run-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Means {
  readonly cli: string;
  readonly build: Build;
  readonly scratch: string;
  readonly options: Options;
}

async function runCase(each: Case, { cli, build, scratch, options }: Means): Promise<void> {
  const { short: isShort, growth, out, profile } = options;
  const startedAt = Date.now();
  const [loadBefore = 0] = loadavg();
  const testbeds: Testbed[] = [];
  const context: Context = {
    rounds: options.rounds ?? (isShort ? defaultRounds.short : (each.defaultRounds ?? defaultRounds.full)),
    isShort,
    growth,
    buildPath: build.script,
    async openTestbed(settings) {
      const profiles = profile ? resolve(out, 'profiles', each.name) : undefined;
      const testbed = await openTestbed({ cli, build, scratch, profiles, ...settings });
      testbeds.push(testbed);
      return testbed;
    },
    say: sayer(console.log),
  };
  try {
    const { figures, rounds, notes } = await each.run(context);
    const machine = testbeds[0]?.machine;
    if (!machine) throw new Error('the case has opened no testbed');
    const [at, seconds] = [new Date(startedAt).toISOString(), secondsSince(startedAt)];
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
    for (const testbed of testbeds) await testbed.close();
  }
}
