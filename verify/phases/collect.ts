import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { apiReader } from '../../chaos/collect/api.ts';
import { exportHistories, replaySample } from '../../chaos/collect/histories.ts';
import { inParallel } from '../../chaos/collect/in-parallel.ts';
import { readProviderFile } from '../../chaos/collect/provider-file.ts';
import { settle } from '../../chaos/collect/settle.ts';
import { callsOf, type CallLine } from '../../chaos/drive/calls.ts';
import { orderIdOf } from '../../chaos/drive/drive.ts';
import { casesOf, isKnown } from '../../chaos/judge/case.ts';
import type { Evidence } from '../../chaos/judge/evidence.ts';
import type { Patience } from '../../chaos/patience.ts';
import type { Plan } from '../../chaos/plan/types.ts';
import type { Site } from '../site/site.ts';

export interface CollectOptions {
  readonly plan: Plan;
  readonly patience: Patience;
  readonly site: Site;
  readonly client: Client;
  readonly folder: string;
  /** The workflow code that the workers run by now. */
  readonly codePath: string;
  /** The provider's key of each order, by its index. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What the run is judged from, and the whole history of some orders. */
export interface Collected {
  readonly evidence: Evidence;
  readonly sample: Awaited<ReturnType<typeof exportHistories>>['sample'];
}

const settleMs = 60_000;

/** Waits until the orders are right, or long enough, and gathers what chaos judges a run from. */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { plan, patience, site, client, folder, codePath, keys, signal, say } = options;
  const lines = readFileSync(join(folder, 'calls.jsonl'), 'utf8').split('\n').slice(0, -1);
  const orderIds = plan.orders.map((order) => orderIdOf(order, keys[order.index]!));
  const bare: Evidence = {
    plan,
    patience,
    orderIds,
    calls: callsOf(lines.map((line) => JSON.parse(line) as CallLine)),
    incidents: site.incidents.map(asOfTemporal),
    provider: await readProviderFile(site.stateFile, plan.orders, keys),
    runs: [],
    shown: {},
    timelines: {},
    escalated: { at: 0, ids: [] },
    replays: [],
    judgedAt: 0,
  };
  const api = apiReader(site.api);
  const cases = casesOf(bare).filter(isKnown);
  let told = 0;
  const tell = (right: number, of: number) => {
    if (Date.now() - told > 5_000) say(`settling: ${right}/${of} orders are right`);
    if (Date.now() - told > 5_000) told = Date.now();
  };
  await settle({ api, cases, deadlineMs: settleMs, signal, tell });

  say('reading orders and timelines');
  const judgedAt = Date.now();
  const looks = await inParallel(orderIds, 6, async (id) => [id, await api.order(id)] as const);
  const shown = Object.fromEntries(looks.filter(([, order]) => order !== undefined)) as Evidence['shown'];
  const timelines = Object.fromEntries(
    await inParallel(Object.keys(shown), 4, async (id) => [id, await api.timeline(id)] as const),
  );
  const ours = new Set(orderIds);
  const listEscalated = async () => (await api.escalated()).filter((id) => ours.has(id));
  const wanted = Object.values(shown).filter(({ escalation }) => escalation !== null).length;
  let listed = await listEscalated();
  for (let look = 1; look <= 10 && listed.length !== wanted; look++) {
    await delay(300);
    listed = await listEscalated();
  }
  const escalated = { at: Date.now(), ids: listed };

  say('exporting histories, and replaying some');
  const { runs, sample } = await exportHistories(client, join(folder, 'histories.jsonl.gz'), plan.seed);
  const replays = await replaySample(codePath, sample);
  return { evidence: { ...bare, runs, shown, timelines, escalated, replays, judgedAt }, sample };
}

/** Without its database Temporal can keep nothing: what is held against its absence is held against this too. */
function asOfTemporal(incident: Site['incidents'][number]): Site['incidents'][number] {
  return incident.whom === 'postgres' ? { ...incident, whom: 'temporal' } : incident;
}
