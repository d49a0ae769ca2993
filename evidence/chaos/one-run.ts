import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProduct } from '../../tools/build-product.ts';
import { openCluster } from './cluster/cluster.ts';
import { collect } from './collect/collect.ts';
import type { CallLine } from './drive/calls.ts';
import { drive, type Progress } from './drive/drive.ts';
import type { Evidence } from './judge/evidence.ts';
import { openLedger } from './ledger.ts';
import { patienceFor } from './patience.ts';
import { makePlan, type PlanOptions } from './plan/plan.ts';
import { showRun } from './progress.ts';

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

// A planted bug may leave something unused.
const allowsUnused = ['--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];

/** One whole run: builds the product, starts it, plays the plan, and gathers the evidence. Ends every process that it started. */
export async function runOnce(options: RunOptions): Promise<{ evidence: Evidence; figures: RunFigures }> {
  const { root, folder, signal, say } = options;
  const startedAt = Date.now();
  const plan = makePlan(options);
  const patience = patienceFor(options.orders);
  mkdirSync(folder, { recursive: true });
  say(`building ${root}`);
  const dist = join(folder, 'dist');
  await buildProduct({ root, dist, flags: allowsUnused });
  const cluster = await openCluster({ dist, folder, patience, say });
  const progress: Progress = { deliveries: 0, kills: 0, underWay: 0 };
  const line = showRun(plan, cluster, progress);
  const ledger = await openLedger<CallLine>(join(folder, 'calls.jsonl'));
  try {
    const { keys, givenUp } = await drive({ plan, cluster, ledger, progress, signal });
    await ledger.close();
    const settleMs = options.orders > 300 ? 200_000 : 50_000;
    const { doing } = line;
    const evidence = await collect({ plan, patience, cluster, folder, dist, keys, settleMs, signal, doing });
    writeFileSync(join(folder, 'evidence.json'), JSON.stringify(evidence));
    return { evidence, figures: { unasked: cluster.unasked(), givenUp, tookMs: Date.now() - startedAt } };
  } finally {
    line.end();
    await cluster.stop();
  }
}
