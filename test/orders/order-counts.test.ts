import { type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import type { Escalation } from '../../src/domain/escalation/ladder.ts';
import type { Reason } from '../../src/domain/escalation/reasons.ts';
import type { Status } from '../../src/domain/money/status.ts';
import { createOrderCounts, type OrderCounts } from '../../src/orders/order-counts.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { searchAttributes as keys } from '../../src/workflows/contract/search-attributes.ts';
import { workflowType } from '../../src/workflows/contract/order-run.ts';
import { startTestServer, type TestServer } from '../support/temporal.ts';

// Orders as visibility sees them: no worker runs, so they stay as they were started.

let server: TestServer;
let count: () => Promise<OrderCounts>;
beforeAll(async () => {
  server = await startTestServer();
  const accounts = ['acme-se', 'acme-eu', 'idle'];
  count = createOrderCounts({ client: server.client, accounts, now: Date.now });
});
afterAll(() => server.stop());

interface Planted {
  readonly account?: string;
  readonly status: Status;
  readonly since?: number;
  readonly escalated?: readonly [Reason, Escalation['state']];
}

let planted = 0;
async function plant({ account = 'acme-se', status, since, escalated }: Planted): Promise<void> {
  const [reason, state] = escalated ?? [];
  const pairs = [
    { key: keys.Account, value: account },
    { key: keys.OrderStatus, value: status },
    ...(since === undefined ? [] : [{ key: keys.PendingSince, value: new Date(since) }]),
    ...(reason ? [{ key: keys.EscalationReason, value: reason }] : []),
    ...(state ? [{ key: keys.EscalationState, value: state }] : []),
    ...(escalated ? [{ key: keys.EscalatedAt, value: new Date() }] : []),
  ] as SearchAttributePair[];
  await server.client.workflow.start(workflowType, {
    workflowId: `${account}:${(planted += 1)}`,
    taskQueue: orderQueue,
    typedSearchAttributes: new TypedSearchAttributes(pairs),
  });
}

/** Visibility is a moment behind. */
async function counted(isSo: (counts: OrderCounts) => boolean): Promise<OrderCounts> {
  for (;;) {
    const counts = await count();
    if (isSo(counts)) return counts;
  }
}

const ofStatus = (counts: OrderCounts, status: Status) =>
  counts.byStatus.find((found) => found.status === status)?.count;

test('where there is nothing, each status is 0 and nobody waits', async () => {
  const { byStatus, oldestPendingSince, escalations } = await count();
  expect(byStatus).toHaveLength(11);
  expect(byStatus.every((status) => status.count === 0)).toBe(true);
  expect(oldestPendingSince).toContainEqual({ account: 'idle', since: undefined });
  expect(escalations).toEqual([]);
});

test('orders are counted by status, escalations by account, reason and who has them', async () => {
  await plant({ account: 'acme-eu', status: 'captured' });
  await plant({ account: 'acme-eu', status: 'captured' });
  await plant({ account: 'acme-eu', status: 'placed', escalated: ['unverified', 'open'] });
  await plant({ account: 'acme-eu', status: 'placed', escalated: ['unverified', 'acknowledged'] });
  const counts = await counted((now) => ofStatus(now, 'captured') === 2 && ofStatus(now, 'placed') === 2);
  expect(counts.escalations.filter(({ count: open }) => open > 0)).toEqual([
    { account: 'acme-eu', reason: 'unverified', state: 'open', count: 1 },
    { account: 'acme-eu', reason: 'unverified', state: 'acknowledged', count: 1 },
  ]);
});

test.each([
  ['a few', 3, 90_000],
  ['many', 120, 45 * 86_400_000],
])('the oldest of %s pending orders is found', async (_, orders, age) => {
  const began = Date.now();
  const before = ofStatus(await count(), 'pending')!;
  const oldest = began - age;
  await plant({ status: 'pending', since: oldest });
  for (let order = 1; order < orders; order += 1)
    await plant({ status: 'pending', since: began - order * 37 });
  const { oldestPendingSince } = await counted((now) => ofStatus(now, 'pending') === before + orders);
  expect(oldestPendingSince.find(({ account }) => account === 'acme-se')?.since).toBe(oldest);
});
