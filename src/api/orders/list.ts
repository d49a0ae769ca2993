import { isGrpcServiceError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Status } from '../../domain/status.ts';
import type { Order } from '../../domain/view.ts';
import { workflowType } from '../../workflows/contract.ts';
import { Problem } from '../problems.ts';
import { findRun } from './find.ts';
import { orderInMemo } from './temporal.ts';

export interface OrderFilter {
  readonly status?: Status | undefined;
  /** Undefined for every account. */
  readonly accounts?: readonly string[] | undefined;
  readonly reference?: string | undefined;
  readonly isEscalated?: boolean | undefined;
  readonly pendingBefore?: string | undefined;
}

export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of orders from Temporal's visibility, which may lag by a moment; running ones first, the newest first. */
export async function listOrders(
  client: Client,
  filter: OrderFilter,
  { limit, cursor }: Page,
): Promise<{ readonly orders: Order[]; readonly cursor: string | null }> {
  const { runs, nextPageToken } = await listRuns(client, queryOf(filter), limit, cursor);
  const orders = await Promise.all(runs.map((run) => newestOrder(client, run)));
  return {
    orders: orders.filter((order) => order !== undefined),
    cursor: nextPageToken.length > 0 ? Buffer.from(nextPageToken).toString('base64url') : null,
  };
}

/** One page of raw runs. A cursor that this server did not give is the sender's error. */
export async function listRuns(client: Client, query: string, pageSize: number, cursor?: string) {
  try {
    const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query,
      pageSize,
      ...(cursor !== undefined && { nextPageToken: Buffer.from(cursor, 'base64url') }),
    });
    return { runs: executions ?? [], nextPageToken: nextPageToken ?? new Uint8Array() };
  } catch (error) {
    if (cursor !== undefined && isGrpcServiceError(error) && (error.code as number) === 3) {
      throw new Problem('invalid_request', 'the cursor is not one of this list');
    }
    throw error;
  }
}

/** A visibility query for orders. */
export function queryOf({ status, accounts, reference, isEscalated, pendingBefore }: OrderFilter): string {
  return [
    `WorkflowType = ${quote(workflowType)}`,
    // An earlier run of the same order is not another order.
    `ExecutionStatus != 'ContinuedAsNew'`,
    ...(status ? [`OrderStatus = ${quote(status)}`] : []),
    ...(accounts ? [`Account IN (${accounts.map(quote).join(', ')})`] : []),
    ...(reference !== undefined ? [`Reference = ${quote(reference)}`] : []),
    ...(isEscalated === undefined ? [] : [`EscalatedAt IS ${isEscalated ? 'NOT NULL' : 'NULL'}`]),
    ...(pendingBefore !== undefined ? [`PendingSince < ${quote(pendingBefore)}`] : []),
  ].join(' AND ');
}

/** A value in a visibility query. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

/** The order of a run, unless a later run of the same order was opened after it closed. */
async function newestOrder(
  client: Client,
  { execution, closeTime, memo }: temporal.api.workflow.v1.IWorkflowExecutionInfo,
): Promise<Order | undefined> {
  if (!closeTime) return orderInMemo(client, memo);
  const newest = await findRun(client, execution?.workflowId ?? '');
  return newest?.runId === execution?.runId ? newest?.order : undefined;
}
