import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endingText, startProcess, tailOf } from '../../tools/process.ts';
import { plantedBugs, type PlantedBug } from '../planted/bugs.ts';
import { plantBug } from '../planted/copy.ts';
import type { Report } from './report.ts';

export interface PlantedResult {
  readonly bug: string;
  readonly found: boolean;
  readonly law?: string;
  readonly what?: string;
  readonly seed?: number;
  readonly trials: number;
}

export interface FindOptions {
  readonly seeds: number;
  readonly jobs: number;
}

/** The planted bugs of a name, or `all`, that a simulation can find; undefined where there is none. */
export function selectPlanted(name: string): readonly PlantedBug[] | undefined {
  const visible = plantedBugs.filter(({ seenBy }) => seenBy.includes('sim'));
  if (name === 'all') return visible;
  const bug = visible.find((planted) => planted.name === name);
  return bug && [bug];
}

/** Runs the simulator on a copy of the product with the bug, until a law is broken or the seeds are used up. */
export async function findPlanted(
  { name }: PlantedBug,
  { seeds, jobs }: FindOptions,
): Promise<PlantedResult> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    await plantBug(name, folder);
    const json = join(folder, 'report.json');
    await run(folder, json, [
      '--seeds',
      String(seeds),
      '--jobs',
      String(jobs),
      '--stop',
      '--no-keep',
      '--json',
      json,
    ]);
    const { trials, failed } = JSON.parse(await readFile(json, 'utf8')) as Report;
    const [first] = failed;
    const violation = first?.violations[0];
    return {
      bug: name,
      found: violation !== undefined,
      trials,
      ...(first && violation && { seed: first.seed, law: violation.law, what: violation.what }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the simulator of a copy. Its exit code 1 means that a law was broken. */
async function run(cwd: string, report: string, args: readonly string[]): Promise<void> {
  const script = ['--import', 'tsx', 'evidence/sim/run.ts'];
  const simulator = startProcess({ name: 'simulator', args: [...script, ...args], cwd });
  const ending = await simulator.ended;
  if ((ending.code === 0 || ending.code === 1) && existsSync(report)) return;
  throw new Error(`the simulator ended with ${endingText(ending)}: ${tailOf(simulator.output())}`);
}
