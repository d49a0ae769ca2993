import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../kit/table.ts';
import { plantedBugs } from '../planted/bugs.ts';
import { plantBug } from '../planted/copy.ts';
import { judge } from './judge/judge.ts';
import type { Judgement } from './judge/law.ts';
import type { PlanOptions } from './plan/plan.ts';
import { runOnce } from './one-run.ts';

export interface PlantedOptions extends PlanOptions {
  /** The names of the bugs. */
  readonly bugs: readonly string[];
  readonly folder: string;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export class UnknownBug extends Error {}

interface Row {
  readonly bug: string;
  readonly broken: readonly Judgement[];
  readonly error?: string;
}

/** Mistakes that only show in more time than a run has, and why: they are named in the table and not counted. */
const outOfReach: Readonly<Record<string, string>> = {
  'last-read-skipped': 'an order takes a last look only where it was not read for ten minutes',
};

/** The bugs that a name means. Throws for one that chaos cannot be asked for. */
export function wantedBugs(planted: string): string[] {
  const visible = plantedBugs
    .filter(({ name, seenBy }) => seenBy.includes('chaos') && outOfReach[name] === undefined)
    .map(({ name }) => name);
  if (planted === 'all') return visible;
  if (!visible.includes(planted))
    throw new UnknownBug(`--planted: expected all or one of ${visible.join(', ')}`);
  return [planted];
}

/** Runs against copies of the product with one mistake each; every mistake must break a law. Answers whether all did. */
export async function runPlanted(options: PlantedOptions): Promise<boolean> {
  const { bugs: wanted, folder, say } = options;
  const rows: Row[] = [];
  for (const [index, name] of wanted.entries()) {
    const found = rows.filter(({ broken }) => broken.length > 0).length;
    say(`planted ${index + 1}/${wanted.length}: ${name} (found so far ${found}/${index})`);
    const row = await runOne(name, options);
    rows.push(row);
    console.log(lineOf(row));
    if (row.broken.length > 0 && !options.keep) rmSync(join(folder, name), { recursive: true, force: true });
  }
  console.log(`\n${tableOf(rows)}`);
  return rows.every(({ broken }) => broken.length > 0);
}

async function runOne(name: string, options: PlantedOptions): Promise<Row> {
  const { folder, signal, say } = options;
  const root = await plantBug(name, join(folder, name, 'copy'));
  try {
    const { evidence } = await runOnce({ ...options, root, folder: join(folder, name, 'run'), signal, say });
    return { bug: name, broken: judge(evidence).filter(({ violations }) => violations.length > 0) };
  } catch (error) {
    signal.throwIfAborted();
    // A run that could not be played to its end has named no law.
    return { bug: name, broken: [], error: error instanceof Error ? error.message : String(error) };
  }
}

function lineOf({ bug, broken, error }: Row): string {
  if (broken.length > 0) return `✓ ${bug}: ${broken.map(({ law }) => law).join(', ')}`;
  return `✗ ${bug}: ${error ?? 'every law held'}`;
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ bug, broken, error }) => {
    const laws = broken.map(({ law, violations }) => `${law} (${violations.length})`).join(', ');
    const [first] = broken;
    return [bug, laws || 'none', first?.violations[0]?.what ?? error ?? 'every law held'];
  });
  const unseen = Object.entries(outOfReach).map(([bug, why]) => [bug, 'out of reach', why]);
  return table(['bug', 'laws that it broke', 'what was seen first'], [...lines, ...unseen]);
}
