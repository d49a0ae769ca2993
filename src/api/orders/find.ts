import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { OrderState } from '../../domain/state.ts';
import type { Order } from '../../domain/view.ts';
import { orderMemo, workflowType, type OrderResult } from '../../workflows/contract.ts';

/** The newest run of an order. */
export interface FoundRun {
  readonly runId: string;
  readonly isRunning: boolean;
  /** It closed by itself, so that it has a result to go on from. */
  readonly isComplete: boolean;
  readonly order: Order | undefined;
}

/** Looks an order up, strongly consistent and without a worker; undefined where the server has no run of it. */
export async function findRun(client: Client, id: string): Promise<FoundRun | undefined> {
  const description = await describe(client, id);
  if (!description || description.type !== workflowType) return undefined;
  const { name } = description.status;
  return {
    runId: description.runId,
    isRunning: name === 'RUNNING' || name === 'PAUSED',
    isComplete: name === 'COMPLETED',
    order: description.memo?.[orderMemo] as Order | undefined,
  };
}

/** What the run that closed leaves to the next one. A run that an operator ended leaves nothing. */
export async function carryOf(client: Client, id: string, run: FoundRun): Promise<OrderState | undefined> {
  if (!run.isComplete) return undefined;
  const { carry } = (await client.workflow.getHandle(id, run.runId).result()) as OrderResult;
  return carry;
}

async function describe(client: Client, id: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
