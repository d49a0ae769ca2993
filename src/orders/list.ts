import { isGrpcServiceError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Status } from '../domain/money/status.ts';
import type { Order } from '../domain/order/view.ts';
import { isSet, quote } from '../workflows/contract/visibility.ts';
import { searchable } from '../workflows/contract/search-attributes.ts';
import { workflowType } from '../workflows/contract/order-run.ts';
import { Problem } from '../api/problems.ts';
import { findRun } from './find.ts';
import { orderInMemo } from './signals.ts';

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

export interface OrderPage {
  readonly orders: Order[];
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null;
}

/** One page of orders from Temporal's visibility, which may lag by a moment; running ones first, the newest first. */
export async function listOrders(client: Client, filter: OrderFilter, page: Page): Promise<OrderPage> {
  return listByQuery(client, queryOf(filter), page);
}

/** One page of the orders that a visibility query finds. */
export async function listByQuery(
  client: Client,
  query: string,
  { limit, cursor }: Page,
): Promise<OrderPage> {
  const from = cursor === undefined ? undefined : parseCursor(cursor);
  const { runs, pageToken } = await listRuns(client, query, limit, from).catch((error: unknown) => {
    // The server takes a token that it never gave out for a fault of its own.
    if (from && isGrpcServiceError(error) && refusedCodes.includes(error.code)) throw notACursor();
    throw error;
  });
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
    throw notACursor();
  }
  return bytes.subarray(cursorMark.length);
}

// INVALID_ARGUMENT, UNKNOWN, INTERNAL
const refusedCodes: readonly number[] = [3, 2, 13];

function notACursor(): Problem {
  return new Problem('invalid_request', 'the cursor is not one of this list');
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
    ...(isEscalated === undefined ? [] : [isEscalated ? isSet('EscalatedAt') : 'EscalatedAt IS NULL']),
    ...(pendingBefore !== undefined ? [`PendingSince < ${quote(pendingBefore)}`] : []),
  ].join(' AND ');
}

/** The order of a run, unless a later run of the same order was opened after it closed. */
async function newestOrder(
  client: Client,
  run: temporal.api.workflow.v1.IWorkflowExecutionInfo,
): Promise<Order | undefined> {
  if (!run.closeTime) return orderInMemo(client, run);
  const newest = await findRun(client, run.execution?.workflowId ?? '');
  return newest?.runId === run.execution?.runId ? newest?.order : undefined;
}
