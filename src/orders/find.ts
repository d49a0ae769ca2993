import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { temporal } from '@temporalio/proto';
import type { OrderState } from '../domain/order/state.ts';
import type { Order } from '../domain/order/view.ts';
import { workflowType, type OrderResult } from '../workflows/contract/order-run.ts';
import { isNotFound, orderInMemo } from './signals.ts';

/** The newest run of an order. */
export interface FoundRun {
  readonly runId: string;
  readonly isRunning: boolean;
  /** It closed by itself, so it has a result that the next run can continue from. */
  readonly isComplete: boolean;
  readonly order: Order | undefined;
}

const { WorkflowExecutionStatus: Status } = proto.temporal.api.enums.v1;
const running: readonly unknown[] = [
  Status.WORKFLOW_EXECUTION_STATUS_RUNNING,
  Status.WORKFLOW_EXECUTION_STATUS_PAUSED,
];

/** The newest run of an order, strongly consistent, without a worker; undefined where the server has none. */
export async function findRun(client: Client, id: string): Promise<FoundRun | undefined> {
  const info = await describe(client, id);
  if (info?.type?.name !== workflowType) return undefined;
  return {
    runId: info.execution?.runId ?? '',
    isRunning: running.includes(info.status),
    isComplete: info.status === Status.WORKFLOW_EXECUTION_STATUS_COMPLETED,
    order: await orderInMemo(client, info),
  };
}

/** The state that a closed run leaves to the next one; undefined where an operator ended the run. */
export async function carryOf(client: Client, id: string, run: FoundRun): Promise<OrderState | undefined> {
  if (!run.isComplete) return undefined;
  const { carry } = (await client.workflow.getHandle(id, run.runId).result()) as OrderResult;
  return carry;
}

// The client's describe decodes much more than this needs, and clients that poll call this often.
async function describe(
  client: Client,
  workflowId: string,
): Promise<temporal.api.workflow.v1.IWorkflowExecutionInfo | undefined> {
  const { namespace } = client.options;
  try {
    const answer = await client.workflowService.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    return answer.workflowExecutionInfo ?? undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
