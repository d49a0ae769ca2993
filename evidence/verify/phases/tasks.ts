import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A workflow task that ended, in any run. */
export interface EndedTask {
  readonly orderId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly how: 'completed' | 'failed' | 'timed out';
  /** Which workflow code ran it; of a completed one. */
  readonly build?: string;
  /** Of one that failed or was late. */
  readonly why?: string;
}

interface ExportedRun {
  readonly workflowId: string;
  readonly history: { readonly events: readonly ExportedEvent[] };
}

interface ExportedEvent {
  readonly eventTime: string;
  readonly workflowTaskCompletedEventAttributes?: object;
  readonly workflowTaskFailedEventAttributes?: {
    readonly cause?: string;
    readonly failure?: { readonly message?: string };
  };
  readonly workflowTaskTimedOutEventAttributes?: { readonly timeoutType?: string };
}

/** Every ended task of the exported histories, and the signals' number by order. */
export async function readTasks(file: string): Promise<EndedTask[]> {
  const tasks: EndedTask[] = [];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const { workflowId: orderId, history } = JSON.parse(line) as ExportedRun;
    for (const event of history.events) {
      const ended = endOf(event);
      if (ended) tasks.push({ orderId, at: Date.parse(event.eventTime), ...ended });
    }
  }
  return tasks;
}

function endOf(event: ExportedEvent): Pick<EndedTask, 'how' | 'build' | 'why'> | undefined {
  const completed = event.workflowTaskCompletedEventAttributes;
  if (completed) {
    // It stands in one field or another, by the age of the server.
    const build = /"buildId":\s*"([^"]+)"/.exec(JSON.stringify(completed))?.[1];
    return { how: 'completed', ...(build !== undefined && { build }) };
  }
  const failed = event.workflowTaskFailedEventAttributes;
  if (failed) return { how: 'failed', why: `${failed.cause ?? ''} ${failed.failure?.message ?? ''}`.trim() };
  const late = event.workflowTaskTimedOutEventAttributes;
  return late && { how: 'timed out', why: late.timeoutType ?? '' };
}
