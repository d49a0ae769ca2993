import type { Client } from '@temporalio/client';
import { reasons, type Reason } from '../../domain/escalation.ts';
import type { Order } from '../../domain/view.ts';
import { listRuns, queryOf, quote, type Page } from './list.ts';
import { orderInMemo } from './temporal.ts';
import { Problem } from '../problems.ts';

const hour = 3_600_000;

/** How long escalations have been open: each bucket from `from` on, up to the next. Milliseconds. */
export const ageBuckets = {
  under_1h: { from: 0, to: hour },
  under_1d: { from: hour, to: 24 * hour },
  under_7d: { from: 24 * hour, to: 168 * hour },
  over_7d: { from: 168 * hour, to: undefined },
} as const;

export type AgeBucket = keyof typeof ageBuckets;

export interface EscalationFilter {
  readonly accounts?: readonly string[] | undefined;
  readonly reason?: Reason | undefined;
}

export interface EscalationCounts {
  readonly total: number;
  readonly byReason: { readonly [R in Reason]?: { readonly [A in AgeBucket]?: number } };
}

const windowSize = 500;

/**
 * Open escalations, oldest first. SQL visibility cannot sort, so a window of time that holds one page is found by counting,
 * fetched whole and sorted here.
 */
export async function listEscalations(
  client: Client,
  filter: EscalationFilter,
  { limit, cursor }: Page,
  now: number,
): Promise<{ readonly orders: Order[]; readonly cursor: string | null }> {
  const base = baseQuery(filter);
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const from = after?.at ?? 0;
  const to = await windowEnd(client, base, { from, limit, now });
  const orders = await fetchAll(client, `${base} AND ${between(from, to)}`);
  const rest = orders
    .sort((a, b) => compare(placeOf(a), placeOf(b)))
    .filter((order) => !after || compare(placeOf(order), after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isAtEnd = to === undefined && rest.length <= limit;
  return { orders: page, cursor: last && !isAtEnd ? formatCursor(placeOf(last)) : null };
}

/** How many escalations are open, per reason and age; one count query each, for the reasons that have any. */
export async function countEscalations(
  client: Client,
  filter: EscalationFilter,
  now: number,
): Promise<EscalationCounts> {
  const base = baseQuery(filter);
  const wanted = filter.reason ? [filter.reason] : reasons;
  const counted = await Promise.all(wanted.map((reason) => countReason(client, base, reason, now)));
  const present = counted.filter(({ total }) => total > 0);
  return {
    total: present.reduce((sum, { total }) => sum + total, 0),
    byReason: Object.fromEntries(present.map(({ reason, ages }) => [reason, ages])),
  };
}

async function countReason(client: Client, base: string, reason: Reason, now: number) {
  const query = `${base} AND EscalationReason = ${quote(reason)}`;
  const total = await count(client, query);
  const buckets = total > 0 ? Object.entries(ageBuckets) : [];
  const ages = await Promise.all(
    buckets.map(async ([name, { from, to }]) => {
      const range = between(to === undefined ? 0 : now - to + 1, now - from + 1);
      return [name, await count(client, `${query} AND ${range}`)] as const;
    }),
  );
  return { reason, total, ages: Object.fromEntries(ages) };
}

function baseQuery({ accounts, reason }: EscalationFilter): string {
  const open = `${queryOf({ accounts, isEscalated: true })} AND ExecutionStatus = 'Running'`;
  return reason ? `${open} AND EscalationReason = ${quote(reason)}` : open;
}

/** The end of the shortest window from here on that holds more than a page; undefined for all that there is. */
async function windowEnd(
  client: Client,
  base: string,
  { from, limit, now }: { readonly from: number; readonly limit: number; readonly now: number },
): Promise<number | undefined> {
  if ((await count(client, `${base} AND ${between(from, undefined)}`)) <= windowSize) return undefined;
  let low = from;
  let high = now + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const held = await count(client, `${base} AND ${between(from, middle)}`);
    if (held > limit && held <= windowSize) return middle;
    if (held > limit) high = middle;
    else low = middle;
  }
  return high;
}

async function fetchAll(client: Client, query: string): Promise<Order[]> {
  const orders: Order[] = [];
  let from: Uint8Array | undefined;
  do {
    const { runs, pageToken } = await listRuns(client, query, 1000, from);
    const found = await Promise.all(runs.map(({ memo }) => orderInMemo(client, memo)));
    orders.push(...found.flatMap((order) => (order?.escalation ? [order] : [])));
    from = pageToken;
  } while (from);
  return orders;
}

async function count(client: Client, query: string): Promise<number> {
  const { count: total } = await client.workflowService.countWorkflowExecutions({
    namespace: client.options.namespace,
    query,
  });
  return Number(total ?? 0);
}

function between(from: number, to: number | undefined): string {
  const start = `EscalatedAt >= ${quote(new Date(from).toISOString())}`;
  return to === undefined ? start : `${start} AND EscalatedAt < ${quote(new Date(to).toISOString())}`;
}

interface Place {
  readonly at: number;
  readonly id: string;
}

function placeOf({ id, escalation }: Order): Place {
  return { at: Date.parse(escalation?.openedAt ?? ''), id };
}

function compare(a: Place, b: Place): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function formatCursor({ at, id }: Place): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

function parseCursor(cursor: string): Place {
  const [, at, id] = /^(\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined)
    throw new Problem('invalid_request', 'the cursor is not one of this list');
  return { at: Number(at), id };
}
