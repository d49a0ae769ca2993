import type { Client } from '@temporalio/client';
import { type Escalation } from '../domain/escalation/ladder.ts';
import { reasons, type Reason } from '../domain/escalation/codes.ts';
import type { Order } from '../domain/order/view.ts';
import { quote } from '../workflows/contract/visibility.ts';
import { listRuns, queryOf, type Page } from './list.ts';
import { orderInMemo } from './signals.ts';
import { Problem } from '../api/problems.ts';

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
  /** The oldest reason, which is the one that an order is listed by. */
  readonly reason?: Reason | undefined;
  readonly level?: number | undefined;
  readonly state?: Escalation['state'] | undefined;
  /** How long they have been open by now. */
  readonly age?: AgeBucket | undefined;
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
  const base = baseQuery(filter, now);
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

/** How many escalations are open, per reason and age. Counts are dear where there are thousands: none is asked in vain. */
export async function countEscalations(
  client: Client,
  filter: EscalationFilter,
  now: number,
): Promise<EscalationCounts> {
  const base = baseQuery(filter, now);
  const wanted = filter.reason ? [filter.reason] : reasons;
  const total = await count(client, base);
  const byReason: { [R in Reason]?: { readonly [A in AgeBucket]?: number } } = {};
  // The most common come first, and mostly they are all there are.
  for (let [index, left] = [0, total]; left > 0 && index < wanted.length; index += 1) {
    const reason = wanted[index]!;
    const query = `${base} AND EscalationReason = ${quote(reason)}`;
    const held = await count(client, query);
    if (held > 0) byReason[reason] = await countAges(client, query, held, now);
    left -= held;
  }
  return { total, byReason };
}

async function countAges(client: Client, query: string, total: number, now: number) {
  const [youngest, ...older] = Object.keys(ageBuckets) as [AgeBucket, ...AgeBucket[]];
  const counted = await Promise.all(
    older.map(
      async (name) =>
        [name, await count(client, `${query} AND ${openedWithin(ageBuckets[name], now)}`)] as const,
    ),
  );
  // One that opened or ended between two counts is in neither.
  const rest = Math.max(0, total - counted.reduce((sum, [, held]) => sum + held, 0));
  return Object.fromEntries([[youngest, rest], ...counted]);
}

function baseQuery({ accounts, reason, level, state, age }: EscalationFilter, now: number): string {
  return [
    queryOf({ accounts, isEscalated: true }),
    `ExecutionStatus = 'Running'`,
    ...(reason ? [`EscalationReason = ${quote(reason)}`] : []),
    ...(level === undefined ? [] : [`EscalationLevel = ${level}`]),
    ...(state ? [`EscalationState = ${quote(state)}`] : []),
    ...(age ? [openedWithin(ageBuckets[age], now)] : []),
  ].join(' AND ');
}

/** The end of a window from here on that holds more than a page, and not much more; undefined for all that there is. */
async function windowEnd(
  client: Client,
  base: string,
  { from, limit, now }: { readonly from: number; readonly limit: number; readonly now: number },
): Promise<number | undefined> {
  const total = await count(client, `${base} AND ${between(from, undefined)}`);
  if (total <= windowSize) return undefined;
  let low = { at: from, count: 0 };
  let high = { at: now + 1, count: total };
  for (let step = 0; high.at - low.at > 1; step += 1) {
    // By turns, since they may be of a minute or of a year: by age, and then as if they had come evenly.
    const at =
      step % 2 === 0 ? betweenAges(low.at, high.at, now) : evenly(low, high, (limit + windowSize) / 2);
    const middle = { at, count: await count(client, `${base} AND ${between(from, at)}`) };
    if (middle.count > limit && middle.count <= windowSize) return at;
    if (middle.count > limit) high = middle;
    else low = middle;
  }
  return high.at;
}

function betweenAges(low: number, high: number, now: number): number {
  const age = Math.sqrt((now + 2 - low) * (now + 2 - high));
  return clamp(Math.round(now + 2 - age), low, high);
}

interface Mark {
  readonly at: number;
  /** How many opened before that. */
  readonly count: number;
}

function evenly(low: Mark, high: Mark, wanted: number): number {
  const share = (wanted - low.count) / Math.max(1, high.count - low.count);
  return clamp(Math.round(low.at + share * (high.at - low.at)), low.at, high.at);
}

function clamp(at: number, low: number, high: number): number {
  return Math.min(high - 1, Math.max(low + 1, at));
}

async function fetchAll(client: Client, query: string): Promise<Order[]> {
  const orders: Order[] = [];
  let from: Uint8Array | undefined;
  do {
    const { runs, pageToken } = await listRuns(client, query, 1000, from);
    const found = await Promise.all(runs.map((run) => orderInMemo(client, run)));
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

function openedWithin({ from, to }: (typeof ageBuckets)[AgeBucket], now: number): string {
  return between(to === undefined ? 0 : now - to + 1, now - from + 1);
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

// Of four digits: the server reads no other.
const lastYear = Date.UTC(9999, 11, 31);

function parseCursor(cursor: string): Place {
  const [, at, id] = /^(\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined || Number(at) > lastYear)
    throw new Problem('invalid_request', 'the cursor is not one of this list');
  return { at: Number(at), id };
}
