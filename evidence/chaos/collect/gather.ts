import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import pLimit from 'p-limit';
import { callsOf, type CallLine } from '../drive/calls.ts';
import { orderIdOf } from '../drive/drive.ts';
import { casesOf, isKnown } from '../judge/case.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Patience } from '../patience.ts';
import type { Plan } from '../plan/types.ts';
import { apiReader } from './api.ts';
import { exportHistories, replaySample, type Encrypted } from './histories.ts';
import { readProviderFile } from './provider-file.ts';
import { settle } from './settle.ts';

export interface GatherOptions {
  readonly plan: Plan;
  readonly patience: Patience;
  readonly incidents: Evidence['incidents'];
  /** The sandbox's state file, and the address of an API. */
  readonly stateFile: string;
  readonly api: string;
  readonly client: Client;
  /** The folder of the ledger of calls; the histories are written there. */
  readonly folder: string;
  /** The workflow code that histories are replayed with. */
  readonly codePath: string;
  /** Given where payloads are encrypted. */
  readonly encrypted?: Encrypted;
  /** The provider's key of each order, by its index. */
  readonly keys: readonly string[];
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly doing: (what: string) => void;
}

/** The evidence of a run, and some histories as they are. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly sample: Awaited<ReturnType<typeof exportHistories>>['sample'];
}

/** Waits until the orders are right, up to a limit, and gathers the evidence of the run. */
export async function gather(options: GatherOptions): Promise<Gathered> {
  const { plan, patience, incidents, client, folder, codePath, encrypted, keys, settleMs, signal, doing } =
    options;
  const orderIds = plan.orders.map((order) => orderIdOf(order, keys[order.index]!));
  const bare: Evidence = {
    plan,
    patience,
    orderIds,
    calls: callsOf(readLines(join(folder, 'calls.jsonl'))),
    incidents,
    provider: await readProviderFile(options.stateFile, plan.orders, keys),
    runs: [],
    shown: {},
    timelines: {},
    escalated: { at: 0, ids: [] },
    replays: [],
    judgedAt: 0,
  };
  const api = apiReader(options.api);
  const cases = casesOf(bare).filter(isKnown);
  const tell = (right: number, of: number) => doing(`settling: ${right}/${of} right`);
  await settle({ api, cases, deadlineMs: settleMs, signal, tell });

  doing('reading orders and timelines');
  const judgedAt = Date.now();
  const read = await pLimit(6).map(orderIds, async (id) => [id, await api.order(id)] as const);
  const shown = Object.fromEntries(read.filter(([, order]) => order !== undefined)) as Evidence['shown'];
  const timelines = Object.fromEntries(
    await pLimit(4).map(Object.keys(shown), async (id) => [id, await api.timeline(id)] as const),
  );
  const ours = new Set(orderIds);
  const list = async () => (await api.escalated()).filter((id) => ours.has(id));
  const escalated = await listEscalated(list, shown);

  doing('exporting histories, and replaying some');
  const file = join(folder, 'histories.jsonl.gz');
  const { runs, sample } = await exportHistories(client, file, plan.seed, encrypted);
  const replays = await replaySample(codePath, sample, encrypted);
  return { evidence: { ...bare, runs, shown, timelines, escalated, replays, judgedAt }, sample };
}

/** Reads the list, again while the visibility store is behind. */
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
