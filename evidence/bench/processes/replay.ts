import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { installRuntime } from '../../../src/temporal/connect.ts';
import { answerCalls } from '../../kit/calls.ts';

export interface ReplayJob {
  readonly codePath: string;
  /** Holds recorded histories, also in folders below. */
  readonly folder: string;
  readonly times: number;
}

export interface Replayed {
  readonly histories: number;
  readonly events: number;
  readonly seconds: number;
  /** What went wrong, by the history's file. */
  readonly errors: readonly string[];
}

installRuntime({ logLevel: 'ERROR' });
process.once('SIGTERM', () => process.exit(0));

answerCalls({
  /** Replays every history once to warm up, then `times` times, and answers how long these took. */
  async replay({ codePath, folder, times }: ReplayJob): Promise<Replayed> {
    const recorded = recordedIn(folder);
    const errors = await replayAll(codePath, recorded);
    const many = Array.from({ length: times }, () => recorded).flat();
    const startedAt = performance.now();
    await replayAll(codePath, many);
    const seconds = (performance.now() - startedAt) / 1000;
    const events = many.reduce((sum, { history }) => sum + history.events.length, 0);
    return { histories: many.length, events, seconds, errors };
  },
});

interface Recorded {
  readonly workflowId: string;
  readonly history: { readonly events: readonly unknown[] };
}

function recordedIn(folder: string): Recorded[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      workflowId: file,
      history: JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Recorded['history'],
    }));
}

async function replayAll(codePath: string, histories: readonly Recorded[]): Promise<string[]> {
  const errors: string[] = [];
  // Not a class expression: the SDK reads plain JSON histories.
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { codePath } },
    histories,
  ))
    if (error) errors.push(`${workflowId}: ${error.message}`);
  return errors;
}
