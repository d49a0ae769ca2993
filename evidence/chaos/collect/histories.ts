import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import pLimit from 'p-limit';
import { historyToJSON } from '../../kit/temporal/sdk-internals.ts';
import { Worker } from '@temporalio/worker';
import type { Evidence, Run } from '../judge/evidence.ts';
import { randomFor } from '../../kit/random.ts';
import { summariseHistory } from './summarise-history.ts';

type History = temporal.api.history.v1.IHistory;

export interface Exported {
  readonly runs: Run[];
  /** Some histories as they are, for the replay. */
  readonly sample: readonly { readonly orderId: string; readonly runId: string; readonly history: History }[];
}

/** Reads histories with encrypted payloads. */
export interface Encrypted {
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  /** Answers a decrypted copy. */
  decrypt(history: History): Promise<History>;
}

const sampleSize = 50;

/** Writes the history of every run of every order to a file, and answers their judged events. */
export async function exportHistories(
  client: Client,
  file: string,
  seed: number,
  encrypted?: Encrypted,
): Promise<Exported> {
  const found: { orderId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: "WorkflowType='paymentOrder'" }))
    found.push({ orderId: workflowId, runId });

  const wanted = new Set(
    randomFor(seed, 'replays')
      .shuffle(found)
      .slice(0, sampleSize)
      .map(({ runId }) => runId),
  );
  const sample: { orderId: string; runId: string; history: History }[] = [];
  const zip = createGzip({ level: 1 });
  const target = zip.pipe(createWriteStream(file));
  const runs = await pLimit(4).map(found, async ({ orderId, runId }) => {
    const history = await client.workflow.getHandle(orderId, runId).fetchHistory();
    // The SDK's JSON has many lines.
    const text = historyToJSON(history).replace(/\n\s*/g, '');
    const line = `{"workflowId":${JSON.stringify(orderId)},"runId":"${runId}","history":${text}}\n`;
    if (!zip.write(line)) await once(zip, 'drain');
    if (wanted.has(runId)) sample.push({ orderId, runId, history });
    const readable = encrypted ? await encrypted.decrypt(history) : history;
    return summariseHistory(orderId, runId, readable.events ?? []);
  });
  zip.end();
  await once(target, 'close');
  return { runs, sample };
}

/** Replays histories with the workflow code that made them. */
export async function replaySample(
  codePath: string,
  sample: Exported['sample'],
  encrypted?: Pick<Encrypted, 'namespace' | 'dataConverter'>,
): Promise<Evidence['replays']> {
  const histories = sample.map(({ orderId, history }) => ({ workflowId: orderId, history }));
  const replayed: { orderId: string; runId: string; error?: string }[] = [];
  // Encrypted payloads are bound to their namespace; a replay takes one, though its types do not say so.
  const { namespace, dataConverter } = encrypted ?? {};
  const options = { workflowBundle: { codePath }, ...(dataConverter && { namespace, dataConverter }) };
  for await (const { error } of Worker.runReplayHistories(options, histories)) {
    // Results come in the order of the sample.
    const { orderId, runId } = sample[replayed.length]!;
    replayed.push({ orderId, runId, ...(error && { error: error.message.split('\n')[0]! }) });
  }
  return replayed;
}
