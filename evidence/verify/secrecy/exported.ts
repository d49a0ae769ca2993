import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { keyIdOf, payloadsIn } from './payloads.ts';
import type { Search } from './search.ts';

/** How the payloads of exported histories are kept. */
export interface ExportedRuns {
  readonly encrypted: number;
  /** Readable payloads by where they stand. */
  readonly readable: ReadonlyMap<string, number>;
  /** Each run, with the keys of its payloads. */
  readonly runs: readonly {
    readonly orderId: string;
    readonly runId: string;
    readonly keys: ReadonlySet<string>;
  }[];
  /** How many payloads were certainly encrypted after `since`, by key. */
  readonly late: ReadonlyMap<string, number>;
}

interface ExportedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: { readonly events: readonly ExportedEvent[] };
}

interface ExportedEvent {
  readonly eventTime: string;
  readonly eventType: string;
}

// Other events may hold payloads that were encrypted earlier: updates until they are accepted, signals while a task runs,
// failures until the next attempt, the input of the next run.
const ownTypes =
  /MARKER_RECORDED|WORKFLOW_PROPERTIES_MODIFIED|ACTIVITY_TASK_SCHEDULED|TIMER_STARTED|UPDATE_COMPLETED/;

/** Reads the file of exported histories: looks for needles, and at every payload. `since` is in epoch milliseconds. */
export async function readExported(file: string, search: Search, since: number): Promise<ExportedRuns> {
  const readable = new Map<string, number>();
  const runs: ExportedRuns['runs'][number][] = [];
  const late = new Map<string, number>();
  let encrypted = 0;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    search.look(Buffer.from(line));
    const { workflowId: orderId, runId, history } = JSON.parse(line) as ExportedRun;
    const keys = new Set<string>();
    for (const event of history.events) {
      const isLate = Date.parse(event.eventTime) > since && ownTypes.test(event.eventType);
      for (const { path, payload } of payloadsIn(event)) {
        const key = keyIdOf(payload);
        if (key === undefined) {
          readable.set(path, (readable.get(path) ?? 0) + 1);
          continue;
        }
        encrypted += 1;
        keys.add(key);
        if (isLate) late.set(key, (late.get(key) ?? 0) + 1);
      }
    }
    runs.push({ orderId, runId, keys });
  }
  return { encrypted, readable, runs, late };
}
