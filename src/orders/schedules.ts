import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import { orderQueue } from '../workflows/contract/queues.ts';
import { scheduleId } from '../workflows/contract/ids.ts';
import { sweepTypes, type SweepStart } from '../workflows/contract/sweeps.ts';

/** How often the sweeps of an account run. */
export interface SweepTimes {
  /** Milliseconds; 0 for never. */
  readonly everyMs: number;
  /** The hour of the day (UTC) in which orders are compared with their provider; null for never. */
  readonly driftHour: number | null;
}

/** Schedules the sweeps of an account. Safe to repeat, also by several processes at once. */
export async function scheduleSweeps(
  client: Client,
  account: string,
  { everyMs, driftHour }: SweepTimes,
): Promise<void> {
  const jitter = Math.min(60_000, everyMs / 10);
  await Promise.all([
    keep(client, 'sweep', account, { intervals: [{ every: everyMs || dayMs }], jitter }, everyMs === 0),
    keep(
      client,
      'drift',
      account,
      { calendars: [{ hour: driftHour ?? 0 }], jitter: driftJitterMs },
      driftHour === null,
    ),
  ]);
}

const dayMs = 86_400_000;
// Spreads the comparisons of many accounts over half an hour.
const driftJitterMs = 1_800_000;

async function keep(
  client: Client,
  kind: keyof typeof sweepTypes,
  account: string,
  spec: ScheduleSpec,
  isPaused: boolean,
): Promise<void> {
  const id = scheduleId(kind, account);
  const start: SweepStart = { account };
  const options: Omit<ScheduleOptions, 'scheduleId'> = {
    spec,
    action: {
      type: 'startWorkflow',
      workflowType: sweepTypes[kind],
      workflowId: id,
      taskQueue: orderQueue,
      args: [start],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10m', pauseOnFailure: false },
  };
  try {
    await client.schedule.create({ scheduleId: id, ...options, state: pausedAs(isPaused) });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(id).update(({ state, ...previous }) => {
      // A schedule that an operator has paused stays paused.
      const isTheirs = state.paused && state.note !== offNote;
      return { ...previous, ...options, state: { ...state, ...(isTheirs ? {} : pausedAs(isPaused)) } };
    });
  }
}

const offNote = 'off in the configuration';

function pausedAs(isPaused: boolean): { paused: boolean; note: string } {
  return { paused: isPaused, note: isPaused ? offNote : '' };
}
