import * as wf from '@temporalio/workflow';
import type { PaidTwiceReport, SweepActivities, SweepReport } from '../activities/sweep.ts';
import type { DriftReport } from '../domain/order/drift.ts';
import { deskQueue } from './contract/queues.ts';
import type { SweepStart } from './contract/sweeps.ts';

const minute = 60_000;

const { sweepOrders, findPaidTwice, compareOrders } = wf.proxyActivities<SweepActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 12 * 60 * minute,
  heartbeatTimeout: minute,
  retry: { initialInterval: 1_000, maximumInterval: minute, maximumAttempts: 20 },
});

/** The report of a sweep. */
interface WholeReport extends SweepReport {
  readonly paidTwice: PaidTwiceReport;
}

/**
 * Finds orders of an account whose run was ended or missed its plan, and reopens or rechecks them; then finds orders of
 * one reference that are paid more than once, since the last sweep of the schedule.
 */
export async function sweep({ account }: SweepStart): Promise<WholeReport> {
  const { workflowId: key, lastResult } = wf.workflowInfo();
  const last = lastResult as Partial<WholeReport> | undefined;
  const report = await sweepOrders({ account, key });
  const paidTwice = await findPaidTwice({ account, key, since: last?.paidTwice?.lookedUntil ?? 0 });
  const { reopened, rechecked, failing } = report;
  wf.setCurrentDetails(
    `${reopened} reopened, ${rechecked} rechecked, ${failing} failing, ${paidTwice.told} told of another payment.`,
  );
  return { ...report, paidTwice };
}

/** Compares every open order of an account with its provider. */
export async function driftReport({ account }: SweepStart): Promise<DriftReport> {
  const report = await compareOrders({ account, key: wf.workflowInfo().workflowId });
  const { compared, unread, drifted } = report;
  wf.setCurrentDetails(`${compared} compared, ${unread} not read, ${drifted} differ.`);
  return report;
}
