import * as wf from '@temporalio/workflow';
import type { SweepActivities, SweepReport } from '../activities/sweep.ts';
import type { DriftReport } from '../domain/order/drift.ts';
import { deskQueue } from './contract/queues.ts';
import type { SweepStart } from './contract/sweeps.ts';

const minute = 60_000;

const { sweepOrders, compareOrders } = wf.proxyActivities<SweepActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 12 * 60 * minute,
  heartbeatTimeout: minute,
  retry: { initialInterval: 1_000, maximumInterval: minute, maximumAttempts: 20 },
});

/** Finds orders of an account whose run was ended or missed its plan, and reopens or rechecks them. */
export async function sweep({ account }: SweepStart): Promise<SweepReport> {
  const report = await sweepOrders({ account, key: wf.workflowInfo().workflowId });
  const { reopened, rechecked, failing } = report;
  wf.setCurrentDetails(`${reopened} reopened, ${rechecked} rechecked, ${failing} failing.`);
  return report;
}

/** Compares every open order of an account with its provider. */
export async function driftReport({ account }: SweepStart): Promise<DriftReport> {
  const report = await compareOrders({ account, key: wf.workflowInfo().workflowId });
  const { compared, unread, drifted } = report;
  wf.setCurrentDetails(`${compared} compared, ${unread} not read, ${drifted} differ.`);
  return report;
}
