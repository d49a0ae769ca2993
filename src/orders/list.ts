import { isGrpcServiceError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Order } from '../domain/order/view.ts';
import { OrderError } from './errors.ts';
import { conditionsOf, orderFilters, type FilterValues } from './filters.ts';
import { findRun } from './find.ts';
import { orderInMemo } from './signals.ts';
import { isOfAccounts, ordersWhere } from './visibility.ts';

/** Which orders to list; `accounts` is undefined for every account. */
export type OrderFilter = FilterValues<typeof orderFilters> & {
  readonly accounts?: readonly string[] | undefined;
};

export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface OrderPage {
  readonly orders: Order[];
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null;
}

/** One page of orders from Temporal's visibility, which may lag by a moment; open ones first, the newest first. */
export async function listOrders(
  client: Client,
  filter: OrderFilter,
  page: Page,
  now: number,
): Promise<OrderPage> {
  const conditions = [...isOfAccounts(filter.accounts), ...conditionsOf(orderFilters, filter, now)];
  return listByQuery(client, ordersWhere(...conditions), page);
}

/** One page of the orders that a visibility query finds. */
export async function listByQuery(
  client: Client,
  query: string,
  { limit, cursor }: Page,
): Promise<OrderPage> {
  const from = cursor === undefined ? undefined : parseCursor(cursor);
  const { runs, pageToken } = await listRuns(client, query, limit, from).catch((error: unknown) => {
    // For a token that the server did not make, it answers with an internal error.
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

// Marks our cursors, so that other text is refused and not sent to the server.
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

function notACursor(): OrderError {
  return new OrderError('invalid_request', 'the cursor is not one of this list');
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
