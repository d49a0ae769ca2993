import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Status } from '../../domain/status.ts';
import type { Order } from '../../domain/view.ts';
import { searchable, workflowType } from '../../workflows/contract.ts';
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
  const from = cursor === undefined ? undefined : parseCursor(cursor);
  const { runs, pageToken } = await listRuns(client, queryOf(filter), limit, from);
  const orders = await Promise.all(runs.map((run) => newestOrder(client, run)));
  return {
    orders: orders.filter((order) => order !== undefined),
    cursor: pageToken ? formatCursor(pageToken) : null,
  };
}

/** One page of raw runs. */
export async function listRuns(client: Client, query: string, pageSize: number, pageToken?: Uint8Array) {
  const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize,
    ...(pageToken && { nextPageToken: pageToken }),
  });
  return { runs: executions ?? [], pageToken: nextPageToken?.length ? nextPageToken : undefined };
}

// Told from text that was never a cursor, which the server would take for a fault of its own.
const cursorMark = 'orders:';

function formatCursor(pageToken: Uint8Array): string {
  return Buffer.concat([Buffer.from(cursorMark), pageToken]).toString('base64url');
}

function parseCursor(cursor: string): Uint8Array {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.subarray(0, cursorMark.length).toString() !== cursorMark) {
    throw new Problem('invalid_request', 'the cursor is not one of this list');
  }
  return bytes.subarray(cursorMark.length);
}

/** A visibility query for orders. */
export function queryOf({ status, accounts, reference, isEscalated, pendingBefore }: OrderFilter): string {
  return [
    `WorkflowType = ${quote(workflowType)}`,
    // An earlier run of the same order is not another order.
    `ExecutionStatus != 'ContinuedAsNew'`,
    ...(status ? [`OrderStatus = ${quote(status)}`] : []),
    ...(accounts ? [`Account IN (${accounts.map(quote).join(', ')})`] : []),
    ...(reference !== undefined ? [`Reference = ${quote(searchable(reference))}`] : []),
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
