import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { keptOf, paidTogether } from '../domain/order/paid-twice.ts';
import type { Order } from '../domain/order/view.ts';
import { signals } from '../workflows/contract/messages.ts';
import { nextRun } from './deliver.ts';
import { explanationFor } from './details.ts';
import { findRun, type FoundRun } from './find.ts';
import { listRuns } from './list.ts';
import { isOrderFailure } from './order-failure.ts';
import { originOfId, type OrderAccount } from './origin.ts';
import { runStart } from './run-start.ts';
import { isNotFound, orderInMemo, signalOrder, signalWithStart } from './signals.ts';
import { equals, hasOneOfTexts, isWithin, ordersWhere } from './visibility.ts';

/** Orders are told of each other. `undecided`: references of which an order could not be asked. */
export interface DoublePayments {
  readonly told: number;
  readonly undecided: number;
}

/** An order of a reference, with what it knows itself. */
interface Member {
  readonly run: FoundRun & { readonly order: Order };
  readonly order: Order;
  readonly known: readonly string[];
}

export interface LookOptions {
  /** Epoch milliseconds. */
  readonly since: number;
  /** Makes a repeated look the same one. */
  readonly key: string;
  /** Called after each step. */
  readonly onLook: () => void;
}

const page = 1_000;
const referencesAtOnce = 50;
// Of a reference that a shop gives to more orders than this, it is no order number; the first by id are told.
const membersKept = 100;

/** Finds orders of one registered reference that are paid more than once. `now` is epoch milliseconds. */
export function createDoublePayments(
  client: Client,
  accounts: ReadonlyMap<string, OrderAccount>,
  now: () => number,
) {
  return {
    /** Looks at the orders of an account that changed since a time, and tells each whose set of others has changed. */
    async tell(account: string, { since, key, onLook }: LookOptions): Promise<DoublePayments> {
      let [told, undecided] = [0, 0];
      const references = await changedReferences(account, since, onLook);
      for (let from = 0; from < references.length; from += referencesAtOnce) {
        const groups = await ordersOf(account, references.slice(from, from + referencesAtOnce), onLook);
        for (const orders of groups.filter(isSuspicious)) {
          const members = await membersOf(orders, onLook);
          if (!members) undecided += 1;
          else told += await tellEach(members, key);
          onLook();
        }
      }
      return { told, undecided };
    },
  };

  async function changedReferences(account: string, since: number, onLook: () => void): Promise<string[]> {
    const references = new Set<string>();
    const query = ordersWhere(equals('Account', account), isWithin('ChangedAt', { from: since }));
    for await (const { order } of listed(query, onLook))
      if (isRegistered(order) && isSuspect(order)) references.add(order.reference);
    return [...references];
  }

  /** The orders by reference, each once, as visibility shows them. */
  async function ordersOf(
    account: string,
    references: readonly string[],
    onLook: () => void,
  ): Promise<readonly (readonly Order[])[]> {
    const groups = new Map<string, Map<string, { order: Order; isOpen: boolean }>>();
    const query = ordersWhere(equals('Account', account), hasOneOfTexts('Reference', references));
    for await (const { order, isOpen } of listed(query, onLook)) {
      if (!isRegistered(order)) continue;
      const group = groups.get(order.reference) ?? new Map<string, { order: Order; isOpen: boolean }>();
      groups.set(order.reference, group);
      const seen = group.get(order.id);
      // Of a reopened order the closed runs are listed too.
      if (!seen || isOpen || (!seen.isOpen && order.sequence > seen.order.sequence))
        group.set(order.id, { order, isOpen });
    }
    return [...groups.values()].map((group) => [...group.values()].map(({ order }) => order));
  }

  async function* listed(query: string, onLook: () => void) {
    let from: Uint8Array | undefined;
    do {
      const { runs, pageToken } = await listRuns(client, query, page, from);
      for (const run of runs) {
        const order = await orderInMemo(client, run);
        if (order) yield { order, isOpen: !run.closeTime };
      }
      onLook();
      from = pageToken;
    } while (from);
  }

  /** The orders as they are now, without those of an unregistered reference; undefined where one cannot be asked. */
  async function membersOf(
    orders: readonly Order[],
    onLook: () => void,
  ): Promise<readonly Member[] | undefined> {
    const members: Member[] = [];
    const ids = orders.filter(isSuspect).map(({ id }) => id);
    for (const id of ids.toSorted().slice(0, membersKept)) {
      const run = await findRun(client, id);
      if (!run?.order) continue;
      const explanation = await explanationFor(client, id, run, now()).catch((error: unknown) => {
        if (!isOrderFailure(error)) throw error;
        return undefined;
      });
      if (!explanation) return undefined;
      const { order } = run;
      if (explanation.registeredReference !== null)
        members.push({ run: { ...run, order }, order, known: explanation.paidTwice });
      onLook();
    }
    return members;
  }

  async function tellEach(members: readonly Member[], key: string): Promise<number> {
    const together = paidTogether(members.map(({ order }) => order));
    let told = 0;
    for (const { run, order, known } of members) {
      const ids = together.get(order.id) ?? [];
      if (ids.join(' ') === known.join(' ')) continue;
      await tellOne(run, ids, key);
      told += 1;
    }
    return told;
  }

  /** A closed order is opened again to hear it. */
  async function tellOne(
    run: FoundRun & { readonly order: Order },
    ids: readonly string[],
    key: string,
  ): Promise<void> {
    const { id } = run.order;
    const requestId = createHash('sha256')
      .update(JSON.stringify([key, id, ids]))
      .digest('base64url');
    const signal = { signal: signals.paidTwice, body: { ids }, requestId };
    try {
      if (run.isRunning) return await signalOrder(client, id, signal);
    } catch (error) {
      // It has closed meanwhile.
      if (!isNotFound(error)) throw error;
    }
    const closed = run.isRunning ? await findRun(client, id) : run;
    if (!closed) return;
    const next = await nextRun(client, originOfId(accounts, id), closed);
    await signalWithStart(client, runStart(next, now()), signal);
  }
}

function isRegistered(order: Order): order is Order & { readonly reference: string } {
  return order.reference !== undefined && order.amounts.expected !== undefined;
}

/** It is paid, or was told of others before, so that it has to hear when that is over. */
function isSuspect(order: Order): boolean {
  return keptOf(order) > 0 || wasTold(order);
}

function wasTold({ findings, escalation }: Order): boolean {
  return (
    findings.some(({ code }) => code === 'double_payment') ||
    (escalation?.reasons.includes('double_payment') ?? false)
  );
}

function isSuspicious(orders: readonly Order[]): boolean {
  return paidTogether(orders).size > 0 || orders.some(wasTold);
}
