import { setMaxListeners } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkout } from '../../tools/build-product.ts';
import { runCommand, UsageError } from '../kit/command-line.ts';
import type { Evidence } from './judge/evidence.ts';
import { judge } from './judge/judge.ts';
import { parseOptions, type ChaosOptions } from './options.ts';
import { TooFewDeliveries } from './plan/deliveries.ts';
import { runPlanted, UnknownBug, wantedBugs } from './planted.ts';
import { runOnce } from './one-run.ts';
import { describeVerdict, verdictOf } from './verdict.ts';

// `npm run chaos`: the whole service as processes, under kills and bad links, judged from its ledgers.
const interrupted = new AbortController();
// Every pause of the driver listens to it.
setMaxListeners(0, interrupted.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(signal));

try {
  process.exitCode = await runCommand(() => main(parseOptions(process.argv.slice(2))));
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error('\nbroken off; every process was ended');
    process.exitCode = 130;
  } else if (error instanceof TooFewDeliveries || error instanceof UnknownBug) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
// What hangs at a blackholed connection is not waited for.
process.exit();

async function main(options: ChaosOptions): Promise<number> {
  if (options.judge !== undefined) return judgeAgain(options.judge);
  const bugs = options.planted === undefined ? undefined : wantedBugs(options.planted);
  const say = (line: string) => console.error(line);
  const { signal } = interrupted;
  const base = join(checkout, '.cache/chaos');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'run-'));
  try {
    const isGood = bugs
      ? await runPlanted({ ...options, bugs, folder, signal, say })
      : await runAndTell(options, folder, say);
    if (isGood && !options.keep) rmSync(folder, { recursive: true });
    else console.log(`kept: ${folder}`);
    return isGood ? 0 : 1;
  } catch (error) {
    // What was broken off says nothing.
    if (signal.aborted && !options.keep) rmSync(folder, { recursive: true });
    throw error;
  }
}

async function runAndTell(
  options: ChaosOptions,
  folder: string,
  say: (line: string) => void,
): Promise<boolean> {
  const root = resolve(options.root ?? checkout);
  const { signal } = interrupted;
  const { evidence, figures } = await runOnce({ ...options, root, folder: join(folder, 'run'), signal, say });
  const verdict = verdictOf(evidence, judge(evidence), figures);
  console.log(describeVerdict(verdict, evidence));
  console.log(`seed ${options.seed}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(verdict, null, 2));
  return verdict.isGood;
}

/** Judges the evidence of an earlier run anew. */
function judgeAgain(folder: string): number {
  const file = join(folder, 'evidence.json');
  if (!existsSync(file)) throw new UsageError(`--judge: there is no ${file}`);
  const evidence = JSON.parse(readFileSync(file, 'utf8')) as Evidence;
  const verdict = verdictOf(evidence, judge(evidence), { unasked: {}, givenUp: 0, tookMs: 0 });
  console.log(describeVerdict(verdict, evidence));
  return verdict.isGood ? 0 : 1;
}
