import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { checkout } from '../../../tools/build-product.ts';

/** What became of a replay. */
export interface Replayed {
  readonly name: string;
  readonly error?: string;
}

/** What replays run with. */
export interface ReplayOptions {
  readonly codePath: string;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
}

/** Replays every recorded history of the repository; they are of a time before payloads were encrypted. */
export async function replayRecorded(options: ReplayOptions): Promise<Replayed[]> {
  const folder = join(checkout, 'test/replay/histories');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return replay(
    options,
    files.map((name) => ({
      workflowId: name,
      history: JSON.parse(readFileSync(join(folder, name), 'utf8')) as object,
    })),
  );
}

/** Replays histories, each to its end or to its first difference. */
export async function replay(
  { codePath, ...options }: ReplayOptions,
  histories: readonly { readonly workflowId: string; readonly history: unknown }[],
): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: { codePath }, ...options }, histories);
  for await (const { workflowId: name, error } of results)
    replayed.push({ name, ...(error && { error: error.message.split('\n')[0]! }) });
  return replayed;
}
