import type { Client } from '@temporalio/client';
import type { Window } from '../domain/alerting/incident.ts';
import type { Reason } from '../domain/escalation/reasons.ts';
import type { Kind } from '../domain/money/payment.ts';
import { isUnknown, type Order } from '../domain/order/view.ts';
import { decodeTypedSearchAttributes } from '../temporal/sdk-internals.ts';
import { parseOrderId } from '../workflows/contract/ids.ts';
import { updates } from '../workflows/contract/messages.ts';
import { orderMemo } from '../workflows/contract/order-run.ts';
import { searchAttributes } from '../workflows/contract/search-attributes.ts';
import { envelopeOf } from './envelope.ts';
import { isOrderFailure } from './order-failure.ts';
import { equals, isAtLeast, isWithin, openOrdersWhere, type Condition } from './visibility.ts';

/** A filter of open escalations; an empty one takes all. */
export interface StuckFilter {
  /** When they opened. */
  readonly window?: Window;
  readonly minLevel?: number;
  readonly reason?: Reason;
}

/** How many orders of all accounts are stuck, and which accounts have new ones. */
export interface StuckSnapshot {
  readonly total: number;
  /** Undefined where too many got stuck to name their accounts. */
  readonly recent: ReadonlySet<string> | undefined;
}

/** A payment to read as a probe. */
export interface ProbeTarget {
  readonly kind: Kind;
  readonly key: string;
}

/** The stuck orders of an account, counted and listed by Temporal's visibility. */
export function createStuckOrders(client: Client) {
  return {
    async count(account: string, filter: StuckFilter): Promise<number> {
      const { count } = await client.workflow.count(
        openOrdersWhere(equals('Account', account), ...isStuck(filter)),
      );
      return count;
    },

    /** At most this many of them, in no order. */
    async list(account: string, filter: StuckFilter, most: number): Promise<readonly Order[]> {
      return listOpen(client, [equals('Account', account), ...isStuck(filter)], most);
    },

    /** Counts the stuck orders of all accounts, and names the accounts where one got stuck after `since` (epoch milliseconds). */
    async snapshot(since: number): Promise<StuckSnapshot> {
      const { namespace } = client.options;
      const query = openOrdersWhere(...isStuck({ window: { from: since } }));
      const [{ count: total }, { executions, nextPageToken }] = await Promise.all([
        client.workflow.count(openOrdersWhere(...isStuck({}))),
        // The client's own list would decode every memo.
        client.workflowService.listWorkflowExecutions({ namespace, query, pageSize: longestPage }),
      ]);
      if (nextPageToken && nextPageToken.length > 0) return { total, recent: undefined };
      const recent = (executions ?? []).flatMap(({ searchAttributes: found }) => {
        return decodeTypedSearchAttributes(found?.indexedFields).get(searchAttributes.Account) ?? [];
      });
      return { total, recent: new Set(recent) };
    },

    /** A few payments of the account whose reads show whether its provider answers; stuck ones first, and none that nobody knows. */
    async probeTargets(account: string): Promise<readonly ProbeTarget[]> {
      const ofAccount = equals('Account', account);
      const [stuck, open] = await Promise.all([
        listProofs(client, [ofAccount, ...isStuck({})]),
        listProofs(client, [ofAccount]),
      ]);
      const ids = new Set([...stuck, ...open].map(({ id }) => id));
      return [...ids].slice(0, probes).flatMap((id) => targetOf(id) ?? []);
    },

    /** Has an order read its provider; false where it cannot: it is closed, or its tasks fail. `key` makes a repeat the same. */
    async recheck(id: string, { key, by }: { readonly key: string; readonly by: string }): Promise<boolean> {
      const envelope = envelopeOf({ update: 'recheck', key, body: { by } });
      try {
        await client.withDeadline(Date.now() + oneOrderMs, () =>
          client.workflow.getHandle(id).startUpdate(updates.recheck, {
            args: [envelope],
            updateId: envelope.key,
            waitForStage: 'ACCEPTED',
          }),
        );
        return true;
      } catch (error) {
        if (isOrderFailure(error)) return false;
        throw error;
      }
    },
  };
}

const longestPage = 1_000;
// An order whose tasks fail must not delay the others.
const oneOrderMs = 10_000;
// Each read may take the whole deadline of its provider.
const probes = 3;
const probePage = 50;

async function listOpen(client: Client, conditions: readonly Condition[], most: number): Promise<Order[]> {
  const query = openOrdersWhere(...conditions);
  const orders: Order[] = [];
  for await (const { memo } of client.workflow.list({ query, pageSize: Math.min(most, longestPage) })) {
    const order = memo?.[orderMemo] as Order | undefined;
    if (order) orders.push(order);
    if (orders.length >= most) break;
  }
  return orders;
}

/** A few orders whose reads say something about the account. */
async function listProofs(client: Client, conditions: readonly Condition[]): Promise<readonly Order[]> {
  const query = openOrdersWhere(...conditions);
  const proofs: Order[] = [];
  let looked = 0;
  for await (const { memo } of client.workflow.list({ query, pageSize: probePage })) {
    const order = memo?.[orderMemo] as Order | undefined;
    if (order && !isUnknown(order)) proofs.push(order);
    looked += 1;
    if (proofs.length >= probes || looked >= longestPage) break;
  }
  return proofs;
}

function isStuck({ window = { from: 0 }, minLevel, reason }: StuckFilter): readonly Condition[] {
  return [
    isWithin('EscalatedAt', window),
    ...(minLevel === undefined ? [] : [isAtLeast('EscalationLevel', minLevel)]),
    ...(reason ? [equals('EscalationReason', reason)] : []),
  ];
}

function targetOf(id: string): ProbeTarget | undefined {
  const parsed = parseOrderId(id);
  return parsed && { kind: parsed.kind, key: parsed.key };
}
