import type { Client } from '@temporalio/client';
import type { DriftReport } from '../domain/order/drift.ts';
import { scheduleId } from '../workflows/contract/ids.ts';
import { OrderError } from './errors.ts';
import { listRuns } from './list.ts';
import { isNotFound } from './signals.ts';
import { comparisonsOf } from './visibility.ts';

/** A comparison of an account's open orders with their provider. */
export interface Comparison {
  /** When it started, ISO 8601. */
  readonly at: string;
  /** A newer one is under way. */
  readonly isRunning: boolean;
  /** Null where it is still under way, or failed. */
  readonly report: DriftReport | null;
}

/** Starts a comparison by its schedule. Throws an OrderError where no worker has made the schedule yet. */
export async function startComparison(client: Client, account: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId('drift', account)).trigger();
  } catch (error) {
    if (isNotFound(error)) throw new OrderError('not_found', 'no worker has scheduled comparisons yet');
    throw error;
  }
}

/** The last comparison that is done, or else the one under way. Throws an OrderError where there was none. */
export async function lastComparison(client: Client, account: string): Promise<Comparison> {
  const { runs } = await listRuns(client, comparisonsOf(account), 100);
  const newest = runs.toSorted((a, b) => startOf(b) - startOf(a));
  const [last] = newest;
  if (!last) throw new OrderError('not_found', 'nothing was compared yet');
  const done = newest.find(({ closeTime }) => closeTime);
  const { workflowId = '', runId = '' } = done?.execution ?? {};
  const report = done
    ? ((await client.workflow
        .getHandle(workflowId ?? '', runId ?? '')
        .result()
        .catch(() => null)) as DriftReport | null)
    : null;
  return { at: new Date(startOf(done ?? last)).toISOString(), isRunning: !last.closeTime, report };
}

function startOf({ startTime }: { startTime?: { seconds?: unknown } | null }): number {
  return Number(startTime?.seconds ?? 0) * 1_000;
}
