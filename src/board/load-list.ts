import type { Client } from '@temporalio/client';
import type { Order } from '../domain/order/view.ts';
import {
  countEscalations,
  listEscalations,
  type EscalationCounts,
  type EscalationFilter,
} from '../orders/escalations.ts';
import { openStates } from '../orders/filters.ts';
import { listDesks } from '../orders/desks.ts';
import { searchOrders } from '../orders/search.ts';
import { requestTimeoutMs, withDeadline } from '../orders/with-deadline.ts';
import type { DeskView } from '../workflows/contract/desk.ts';
import type { Filters } from './filters.ts';
import { versionOf } from './polling.ts';

export const pageSize = 100;
// Visibility does not know owners: so many of each state are looked through for one.
const ownerScan = 400;

/** What the list shows. */
export interface ListView {
  readonly orders: readonly Order[];
  readonly counts: EscalationCounts;
  readonly cursor: string | null;
  /** More would be shown, had all been looked through. */
  readonly isCut: boolean;
  /** What is wrong beyond single orders. */
  readonly desks: readonly DeskView[];
  /** Changes with anything above. */
  readonly version: string;
}

export interface Question {
  readonly client: Client;
  /** The accounts to look at; undefined for every one. */
  readonly accounts: readonly string[] | undefined;
  /** Every account there is. */
  readonly known: readonly string[];
  readonly filters: Filters;
  readonly now: number;
}

/** Looks up one page of the list, and the counts beside it. */
export async function loadList(question: Question): Promise<ListView> {
  const { client, accounts, filters, now } = question;
  // The table of counts shows every reason and age.
  const counted = { ...filters, accounts, reason: undefined, age: undefined };
  const [page, counts, desks] = await Promise.all([
    withDeadline(client, requestTimeoutMs, () => pageOf(question)),
    accounts?.length === 0
      ? { total: 0, byReason: {} }
      : withDeadline(client, requestTimeoutMs, () => countEscalations(client, counted, now)),
    withDeadline(client, requestTimeoutMs, () => listDesks(client, accounts)),
  ]);
  const shown = { ...page, counts, desks };
  return { ...shown, version: versionOf(shown) };
}

async function pageOf(question: Question): Promise<Pick<ListView, 'orders' | 'cursor' | 'isCut'>> {
  const { client, accounts, known, filters, now } = question;
  if (filters.q !== undefined) {
    const orders = await searchOrders(client, accounts ?? known, filters.q);
    return { orders, cursor: null, isCut: false };
  }
  if (accounts?.length === 0) return { orders: [], cursor: null, isCut: false };
  const filter = { ...filters, accounts };
  if (filters.owner !== undefined) return ownedBy(client, filters.owner, filter, now);
  const page = await listEscalations(client, filter, { limit: pageSize, cursor: filters.cursor }, now);
  return { ...page, isCut: false };
}

/** An escalation keeps its owner when its snooze is over and it is open again. */
async function ownedBy(client: Client, owner: string, filter: EscalationFilter, now: number) {
  const states = filter.state ? [filter.state] : openStates;
  const pages = await Promise.all(
    states.map((state) => listEscalations(client, { ...filter, state }, { limit: ownerScan }, now)),
  );
  const owned = pages
    .flatMap(({ orders }) => orders.filter(({ escalation }) => escalation?.owner === owner))
    .sort((a, b) => openedAt(a).localeCompare(openedAt(b)));
  const isCut = pages.some(({ cursor }) => cursor !== null) || owned.length > pageSize;
  return { orders: owned.slice(0, pageSize), cursor: null, isCut };
}

function openedAt({ escalation }: Order): string {
  return escalation?.openedAt ?? '';
}
