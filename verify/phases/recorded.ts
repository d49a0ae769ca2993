import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { checkout } from '../../chaos/checkout.ts';

/** What became of a replay. */
export interface Replayed {
  readonly name: string;
  readonly error?: string;
}

/** Replays every recorded history of the repository through a bundle. */
export async function replayRecorded(codePath: string): Promise<Replayed[]> {
  const folder = join(checkout, 'test/replay/histories');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return replay(
    codePath,
    files.map((name) => ({
      workflowId: name,
      history: JSON.parse(readFileSync(join(folder, name), 'utf8')) as object,
    })),
  );
}

/** Replays histories through a bundle, each to its end or to its first difference. */
export async function replay(
  codePath: string,
  histories: readonly { readonly workflowId: string; readonly history: unknown }[],
): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: { codePath } }, histories);
  for await (const { workflowId: name, error } of results)
    replayed.push({ name, ...(error && { error: error.message.split('\n')[0]! }) });
  return replayed;
}
