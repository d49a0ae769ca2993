import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { replayRecorded as replayHistories } from '../../../test/replay/recorded.ts';

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

/** Replays every recorded history of the repository on a bundle. They bring the key of those that are encrypted. */
export async function replayRecorded(codePath: string): Promise<Replayed[]> {
  return [...(await replayHistories(codePath))].map(([name, error]) => replayedOf(name, error));
}

/** Replays histories, each to its end or to its first difference. */
export async function replay(
  { codePath, ...options }: ReplayOptions,
  histories: readonly { readonly workflowId: string; readonly history: unknown }[],
): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: { codePath }, ...options }, histories);
  for await (const { workflowId: name, error } of results) replayed.push(replayedOf(name, error));
  return replayed;
}

function replayedOf(name: string, error: Error | undefined): Replayed {
  return { name, ...(error && { error: error.message.split('\n')[0]! }) };
}
