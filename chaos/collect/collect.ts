import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { callsOf, type CallLine } from '../drive/calls.ts';
import { orderIdOf } from '../drive/drive.ts';
import { casesOf, isKnown } from '../judge/case.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Patience } from '../patience.ts';
import type { Plan } from '../plan/types.ts';
import type { Site } from '../site/site.ts';
import { apiReader } from './api.ts';
import { exportHistories, replaySample } from './histories.ts';
import { inParallel } from './in-parallel.ts';
import { readProviderFile } from './provider-file.ts';
import { settle } from './settle.ts';

export interface CollectOptions {
  readonly plan: Plan;
  readonly patience: Patience;
  readonly site: Site;
  readonly folder: string;
  readonly dist: string;
  /** The provider's key of each order, by its index. */
  readonly keys: readonly string[];
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly doing: (what: string) => void;
}

/** Waits until the orders are right, or long enough, and gathers everything that a run is judged from. */
export async function collect(options: CollectOptions): Promise<Evidence> {
  const { plan, patience, site, folder, dist, keys, settleMs, signal, doing } = options;
  const calls = callsOf(readLines(join(folder, 'calls.jsonl')));
  const provider = await readProviderFile(site.stateFile, plan.orders, keys);
  const orderIds = plan.orders.map((order) => orderIdOf(order, keys[order.index]!));
  const bare: Evidence = {
    plan,
    patience,
    orderIds,
    calls,
    incidents: site.incidents,
    provider,
    runs: [],
    shown: {},
    timelines: {},
    escalated: { at: 0, ids: [] },
    replays: [],
    judgedAt: 0,
  };
  const api = apiReader(site.api);
  const cases = casesOf(bare).filter(isKnown);
  const tell = (right: number, of: number) => doing(`settling: ${right}/${of} right`);
  await settle({ api, cases, deadlineMs: settleMs, signal, tell });

  doing('reading orders and timelines');
  const judgedAt = Date.now();
  const looks = await inParallel(orderIds, 6, async (id) => [id, await api.order(id)] as const);
  const shown = Object.fromEntries(looks.filter(([, order]) => order !== undefined)) as Evidence['shown'];
  const timelines = Object.fromEntries(
    await inParallel(Object.keys(shown), 4, async (id) => [id, await api.timeline(id)] as const),
  );
  const escalated = await listEscalated(api.escalated, shown);

  doing('exporting histories');
  const { client, connection } = await connectTemporal({ address: site.temporal });
  const { runs, sample } = await exportHistories(client, join(folder, 'histories.jsonl.gz'), plan.seed);
  await connection.close();
  doing('replaying');
  const replays = await replaySample(join(dist, 'workflow-bundle.js'), sample);
  return { ...bare, runs, shown, timelines, escalated, replays, judgedAt };
}

/** The list is a moment behind: it is asked again while it does not have all. */
async function listEscalated(
  list: () => Promise<string[]>,
  shown: Evidence['shown'],
): Promise<Evidence['escalated']> {
  const wanted = Object.values(shown).filter(({ escalation }) => escalation !== null).length;
  let listed = await list();
  for (let look = 1; look <= 10 && listed.length !== wanted; look++) {
    await delay(300);
    listed = await list();
  }
  return { at: Date.now(), ids: listed };
}

function readLines(file: string): CallLine[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as CallLine);
}
