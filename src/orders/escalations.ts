import type { Client } from '@temporalio/client';
import { reasons, type Reason } from '../domain/escalation/reasons.ts';
import type { Order } from '../domain/order/view.ts';
import { OrderError } from './errors.ts';
import {
  ages,
  conditionsOf,
  escalationFilters,
  openFor,
  type AgeBucket,
  type FilterValues,
} from './filters.ts';
import { listRuns, type Page } from './list.ts';
import { orderInMemo } from './signals.ts';
import { equals, isOfAccounts, isSet, isWithin, openOrdersWhere, type Condition } from './visibility.ts';

/**
 * Which open escalations to list or count; `accounts` is undefined for every account. Only with the state `resolved`: what
 * a person resolved and still holds.
 */
export type EscalationFilter = FilterValues<typeof escalationFilters> & {
  readonly accounts?: readonly string[] | undefined;
};

export interface EscalationCounts {
  readonly total: number;
  readonly byReason: { readonly [R in Reason]?: { readonly [A in AgeBucket]?: number } };
}

const windowSize = 500;

/** The time by which a list pages: resolved escalations are not open, so these page by the order's last change. */
interface Paging {
  readonly attribute: 'EscalatedAt' | 'ChangedAt';
  readonly timeOf: (order: Order) => string;
}

const byOpening: Paging = {
  attribute: 'EscalatedAt',
  timeOf: ({ escalation }) => escalation?.openedAt ?? '',
};
const byChange: Paging = { attribute: 'ChangedAt', timeOf: ({ updatedAt }) => updatedAt };

function pagingOf({ state }: EscalationFilter): Paging {
  return state === 'resolved' ? byChange : byOpening;
}

/**
 * One page of open escalations, oldest first; of resolved ones, the one that changed longest ago first. SQL visibility
 * cannot sort, so counts find a time window that holds a page; all of it is fetched and sorted.
 */
export async function listEscalations(
  client: Client,
  filter: EscalationFilter,
  { limit, cursor }: Page,
  now: number,
): Promise<{ readonly orders: Order[]; readonly cursor: string | null }> {
  const query = escalationQuery(filter, now);
  const { attribute, timeOf } = pagingOf(filter);
  const placeOf = (order: Order): Place => ({ at: Date.parse(timeOf(order)), id: order.id });
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const from = after?.at ?? 0;
  const queryWindow = (to: number | undefined) => query(isWithin(attribute, { from, to }));
  const to = await windowEnd(client, queryWindow, { from, limit, now });
  const orders = await fetchAll(client, queryWindow(to));
  const rest = orders
    .sort((a, b) => compare(placeOf(a), placeOf(b)))
    .filter((order) => !after || compare(placeOf(order), after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isAtEnd = to === undefined && rest.length <= limit;
  return { orders: page, cursor: last && !isAtEnd ? formatCursor(placeOf(last)) : null };
}

/** How many escalations are open, per reason and age. A count of thousands is slow, so needless ones are skipped. */
export async function countEscalations(
  client: Client,
  filter: EscalationFilter,
  now: number,
): Promise<EscalationCounts> {
  const query = escalationQuery(filter, now);
  const { attribute } = pagingOf(filter);
  const wanted = filter.reason ? [filter.reason] : reasons;
  const total = await count(client, query());
  const byReason: { [R in Reason]?: { readonly [A in AgeBucket]?: number } } = {};
  // The table has the common reasons first, so most counts end early.
  for (let [index, left] = [0, total]; left > 0 && index < wanted.length; index += 1) {
    const reason = wanted[index]!;
    const ofReason: EscalationQuery = (...more) => query(equals('EscalationReason', reason), ...more);
    const held = await count(client, ofReason());
    if (held > 0)
      byReason[reason] = await countAges(client, ofReason, held, (age) => openFor(age, now, attribute));
    left -= held;
  }
  return { total, byReason };
}

async function countAges(
  client: Client,
  query: EscalationQuery,
  total: number,
  isOfAge: (age: AgeBucket) => Condition,
) {
  const [youngest, ...older] = ages;
  const counted = await Promise.all(
    older.map(async (age) => [age, await count(client, query(isOfAge(age)))] as const),
  );
  // An escalation that opens or ends between two counts may be in neither.
  const rest = Math.max(0, total - counted.reduce((sum, [, held]) => sum + held, 0));
  return Object.fromEntries([[youngest, rest], ...counted]);
}

/** The query for these escalations, with further conditions. */
type EscalationQuery = (...more: readonly string[]) => string;

function escalationQuery({ age, ...filter }: EscalationFilter, now: number): EscalationQuery {
  const { attribute } = pagingOf(filter);
  return (...more) =>
    openOrdersWhere(
      ...isOfAccounts(filter.accounts),
      age === undefined ? isSet(attribute) : openFor(age, now, attribute),
      ...conditionsOf(escalationFilters, filter, now),
      ...more,
    );
}

/** The end of a window that begins at `from` and holds a little more than a page; undefined where one window holds all. */
async function windowEnd(
  client: Client,
  queryWindow: (to: number | undefined) => string,
  { from, limit, now }: { readonly from: number; readonly limit: number; readonly now: number },
): Promise<number | undefined> {
  const countUntil = (to: number | undefined) => count(client, queryWindow(to));
  const total = await countUntil(undefined);
  if (total <= windowSize) return undefined;
  let low = { at: from, count: 0 };
  let high = { at: now + 1, count: total };
  for (let step = 0; high.at - low.at > 1; step += 1) {
    // They may span a minute or a year, so guesses alternate: by the ratio of ages, then by an even spread.
    const at =
      step % 2 === 0 ? betweenAges(low.at, high.at, now) : evenly(low, high, (limit + windowSize) / 2);
    const middle = { at, count: await countUntil(at) };
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
  /** How many escalations opened before `at`. */
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

interface Place {
  readonly at: number;
  readonly id: string;
}

function compare(a: Place, b: Place): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function formatCursor({ at, id }: Place): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

// The server accepts only years of four digits.
const lastYear = Date.UTC(9999, 11, 31);

function parseCursor(cursor: string): Place {
  const [, at, id] = /^(\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined || Number(at) > lastYear)
    throw new OrderError('invalid_request', 'the cursor is not one of this list');
  return { at: Number(at), id };
}
