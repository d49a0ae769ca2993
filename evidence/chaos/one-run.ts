import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from './collect/collect.ts';
import type { CallLine } from './drive/calls.ts';
import { drive, type Progress } from './drive/drive.ts';
import type { Evidence } from './judge/evidence.ts';
import { openLedger } from './ledger.ts';
import { patienceFor } from './patience.ts';
import { makePlan, type PlanOptions } from './plan/plan.ts';
import { showProgress } from './progress.ts';
import { buildProduct } from './site/build.ts';
import { openSite } from './site/site.ts';

export interface RunOptions extends PlanOptions {
  /** The source root of the product, such as a planted copy. */
  readonly root: string;
  /** Where everything is written; not there yet. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface RunFigures {
  /** Times that a process ended without having been told to. */
  readonly unasked: Readonly<Record<string, number>>;
  readonly givenUp: number;
  readonly tookMs: number;
}

/** One whole run: builds the product, starts it, plays the plan, and gathers the evidence. Ends every process that it began. */
export async function runOnce(options: RunOptions): Promise<{ evidence: Evidence; figures: RunFigures }> {
  const { root, folder, signal, say } = options;
  const startedAt = Date.now();
  const plan = makePlan(options);
  const patience = patienceFor(options.orders);
  mkdirSync(folder, { recursive: true });
  say(`building ${root}`);
  const dist = await buildProduct(root, join(folder, 'build'));
  const site = await openSite({ dist, folder, patience, say });
  const progress: Progress = { deliveries: 0, kills: 0, underWay: 0 };
  const line = showProgress(plan, site, progress);
  const ledger = await openLedger<CallLine>(join(folder, 'calls.jsonl'));
  try {
    const { keys, givenUp } = await drive({ plan, site, ledger, progress, signal });
    await ledger.close();
    const settleMs = options.orders > 300 ? 200_000 : 50_000;
    const { doing } = line;
    const evidence = await collect({ plan, patience, site, folder, dist, keys, settleMs, signal, doing });
    writeFileSync(join(folder, 'evidence.json'), JSON.stringify(evidence));
    return { evidence, figures: { unasked: site.unasked(), givenUp, tookMs: Date.now() - startedAt } };
  } finally {
    line.stop();
    await site.stop();
  }
}
