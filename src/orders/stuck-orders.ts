import type { Client } from '@temporalio/client';
import { decodeTypedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import type { StuckFilter, StuckOrders } from '../activities/stuck-orders.ts';
import type { ReadTarget } from '../providers/provider.ts';
import type { Order } from '../domain/order/view.ts';
import { isSet, quote } from '../workflows/contract/visibility.ts';
import { orderMemo, workflowType } from '../workflows/contract/order-run.ts';
import { parseOrderId } from '../workflows/contract/ids.ts';
import { searchAttributes } from '../workflows/contract/search-attributes.ts';
import { updates } from '../workflows/contract/messages.ts';
import { envelopeOf } from './envelope.ts';
import { isOfOneOrder } from './one-order.ts';

/** The stuck orders of an account, counted and listed by Temporal's visibility. */
export function createStuckOrders(client: Client): StuckOrders {
  return {
    async count(account, which) {
      const { count } = await client.workflow.count(stuckQuery(account, which));
      return count;
    },

    async list(account, which, most) {
      return ordersOf(client, stuckQuery(account, which), most);
    },

    async snapshot(since) {
      const { namespace } = client.options;
      const query = stuckQuery(undefined, { window: { from: since } });
      const [{ count: total }, { executions, nextPageToken }] = await Promise.all([
        client.workflow.count(stuckQuery(undefined, {})),
        // Not by the client's own list, which decodes every memo.
        client.workflowService.listWorkflowExecutions({ namespace, query, pageSize: longestPage }),
      ]);
      if (nextPageToken && nextPageToken.length > 0) return { total, recent: undefined };
      const recent = (executions ?? []).flatMap(({ searchAttributes: found }) => {
        return decodeTypedSearchAttributes(found?.indexedFields).get(searchAttributes.Account) ?? [];
      });
      return { total, recent: new Set(recent) };
    },

    async probeTargets(account) {
      const [stuck, running] = await Promise.all([
        ordersOf(client, stuckQuery(account, {}), probes),
        ordersOf(client, runningQuery(account), probes),
      ]);
      const ids = new Set([...stuck, ...running].map(({ id }) => id));
      return [...ids].slice(0, probes).flatMap((id) => targetOf(id) ?? []);
    },

    async recheck(id, { key, by }) {
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
        if (isOfOneOrder(error)) return false;
        throw error;
      }
    },
  };
}

const longestPage = 1_000;
// An order whose tasks fail holds none of the others up.
const oneOrderMs = 10_000;
// Each may take its provider's whole deadline.
const probes = 3;

async function ordersOf(client: Client, query: string, most: number): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const { memo } of client.workflow.list({ query, pageSize: Math.min(most, longestPage) })) {
    const order = memo?.[orderMemo] as Order | undefined;
    if (order) orders.push(order);
    if (orders.length >= most) break;
  }
  return orders;
}

/** Of all accounts where none is named. */
function runningQuery(account: string | undefined): string {
  return [
    `WorkflowType = ${quote(workflowType)}`,
    `ExecutionStatus = 'Running'`,
    ...(account === undefined ? [] : [`Account = ${quote(account)}`]),
  ].join(' AND ');
}

function stuckQuery(account: string | undefined, { window, minLevel, reason }: StuckFilter): string {
  return [
    runningQuery(account),
    window ? `EscalatedAt >= ${time(window.from)}` : isSet('EscalatedAt'),
    ...(window?.to === undefined ? [] : [`EscalatedAt < ${time(window.to)}`]),
    ...(minLevel === undefined ? [] : [`EscalationLevel >= ${minLevel}`]),
    ...(reason ? [`EscalationReason = ${quote(reason)}`] : []),
  ].join(' AND ');
}

function time(at: number): string {
  return quote(new Date(at).toISOString());
}

function targetOf(id: string): ReadTarget | undefined {
  const parsed = parseOrderId(id);
  return parsed && { kind: parsed.kind, key: parsed.key };
}
