import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
function run(cwd: string, report: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'evidence/sim/run.ts', ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if ((code === 0 || code === 1) && existsSync(report)) resolve();
      else reject(new Error(`the simulator ended with ${code}: ${errors}`));
    });
  });
}
