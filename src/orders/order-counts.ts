import type { Client } from '@temporalio/client';
import limitConcurrency from 'p-limit';
import type { Escalation } from '../domain/escalation/ladder.ts';
import { reasons, type Reason } from '../domain/escalation/reasons.ts';
import { statuses, type Status } from '../domain/money/status.ts';
import { decodeTypedSearchAttributes } from '../temporal/sdk-internals.ts';
import { searchAttributes } from '../workflows/contract/search-attributes.ts';
import { openStates } from './filters.ts';
import { equals, isBefore, isSet, openOrdersWhere, type Condition } from './visibility.ts';

/** How many open orders there are, and how long they have waited. */
export interface OrderCounts {
  readonly byStatus: readonly { readonly status: Status; readonly count: number }[];
  /** When the oldest pending order became pending, epoch milliseconds; undefined where none is pending. */
  readonly oldestPendingSince: readonly { readonly account: string; readonly since: number | undefined }[];
  /** By the oldest reason of each escalation. A reason that an account does not have is left out. */
  readonly escalations: readonly {
    readonly account: string;
    readonly reason: Reason;
    readonly state: Escalation['state'];
    readonly count: number;
  }[];
}

export interface OrderCountDependencies {
  readonly client: Client;
  readonly accounts: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// Few at a time, so that the server is free for hooks.
const atOnce = 4;
const deadlineMs = 10_000;

/** Counts by Temporal's visibility, one query for each figure. Throws after ten seconds. */
export function createOrderCounts({
  client,
  accounts,
  now,
}: OrderCountDependencies): () => Promise<OrderCounts> {
  const limit = limitConcurrency(atOnce);
  const count = (...conditions: readonly Condition[]) => limit(() => countOpen(client, conditions));

  return () => client.withDeadline(Date.now() + deadlineMs, countAll);

  async function countAll(): Promise<OrderCounts> {
    const [byStatus, oldestPendingSince, escalations] = await Promise.all([
      Promise.all(
        statuses.map(async (status) => ({ status, count: await count(equals('OrderStatus', status)) })),
      ),
      Promise.all(accounts.map(async (account) => ({ account, since: await oldestPending(account) }))),
      Promise.all(accounts.map(escalationsOf)),
    ]);
    return { byStatus, oldestPendingSince, escalations: escalations.flat() };
  }

  async function escalationsOf(account: string): Promise<OrderCounts['escalations']> {
    const open = [equals('Account', account), isSet('EscalatedAt')];
    if ((await count(...open)) === 0) return [];
    const counted = await Promise.all(
      reasons.map(async (reason) => {
        const ofReason = [...open, equals('EscalationReason', reason)];
        if ((await count(...ofReason)) === 0) return [];
        return Promise.all(
          openStates.map(async (state) => {
            const total = await count(...ofReason, equals('EscalationState', state));
            return { account, reason, state, count: total };
          }),
        );
      }),
    );
    return counted.flat();
  }

  /** SQL visibility cannot sort, so the age is bisected (by ratio) until so few orders are older that they can be listed. */
  async function oldestPending(account: string): Promise<number | undefined> {
    const pending = [equals('Account', account), isSet('PendingSince')];
    const at = now();
    const olderThan = (age: number) =>
      age === 0 ? pending : [...pending, isBefore('PendingSince', new Date(at - age).toISOString())];
    const all = await count(...pending);
    if (all === 0) return undefined;
    if (all <= few) return limit(() => oldestOf(client, pending));
    let known = 0;
    let tooOld = longestAge;
    while (tooOld - known > second) {
      const age = known === 0 && tooOld === longestAge ? hour : Math.sqrt(Math.max(known, second) * tooOld);
      const older = await count(...olderThan(age));
      if (older > 0 && older <= few) return limit(() => oldestOf(client, olderThan(age)));
      if (older > 0) known = age;
      else tooOld = age;
    }
    return at - tooOld;
  }
}

const second = 1_000;
const hour = 3_600 * second;
const longestAge = 10 * 365 * 24 * hour;
const few = 50;

async function countOpen(client: Client, conditions: readonly Condition[]): Promise<number> {
  const { count } = await client.workflowService.countWorkflowExecutions({
    namespace: client.options.namespace,
    query: openOrdersWhere(...conditions),
  });
  return Number(count ?? 0);
}

async function oldestOf(client: Client, conditions: readonly Condition[]): Promise<number | undefined> {
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: openOrdersWhere(...conditions),
    pageSize: few,
  });
  const times = (executions ?? []).flatMap(({ searchAttributes: found }) => {
    const since = decodeTypedSearchAttributes(found?.indexedFields).get(searchAttributes.PendingSince);
    return since ? [since.getTime()] : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}
