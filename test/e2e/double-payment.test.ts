import { randomUUID } from 'node:crypto';
import type { Order } from '../../src/domain/order/view.ts';
import type { PaidTwiceReport } from '../../src/activities/sweep.ts';
import { openSweeps } from '../../src/bootstrap/sweeps.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { scheduleId } from '../../src/workflows/contract/ids.ts';
import { signals } from '../../src/workflows/contract/messages.ts';
import { sweepTypes } from '../../src/workflows/contract/sweeps.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let service: Service;
beforeAll(async () => {
  service = await startService({
    alerts: '[]',
    virtualTime: true,
    account: 'settled: { recheck: [30d] }, pending: { recheck: [30d], escalate: [15m, 60d] }',
  });
});
afterAll(() => service.stop());

let swept = 0;
async function sweepNow(): Promise<PaidTwiceReport> {
  const { paidTwice } = (await service.temporal.client.workflow.execute(sweepTypes.sweep, {
    workflowId: `sweep/acme-se-${(swept += 1)}`,
    taskQueue: orderQueue,
    args: [{ account: 'acme-se' }],
  })) as { paidTwice: PaidTwiceReport };
  return paidTwice;
}

/** Sweeps until so many orders were told; visibility is a moment behind. */
const sweptUntil = (told: number) => {
  let sum = 0;
  return until(
    async () => (sum += (await sweepNow()).told),
    (now) => now >= told,
  );
};

async function captured(reference: string | undefined, expected = 30_000): Promise<string> {
  const session = await service.openSession();
  await service.register(session, { reference, expected: { amount: expected, currency: 'SEK' } });
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.until(session, ({ status }) => status === 'placed');
  await service.act(session, 'capture');
  await service.until(session, ({ status }) => status === 'captured');
  return session;
}

const paidToo = ({ findings }: Order) =>
  findings.filter(({ code }) => code === 'double_payment').map(({ detail }) => detail);

async function signalsOf(session: string): Promise<number> {
  const { events } = await service.temporal.client.workflow.getHandle(orderIdOf(session)).fetchHistory();
  return (events ?? []).filter(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === signals.paidTwice.name,
  ).length;
}

async function explained(session: string): Promise<{ paidTwice: string[]; registeredReference: string }> {
  const path = `/v1/orders/${orderIdOf(session)}/explanation`;
  return (await service.call<{ paidTwice: string[]; registeredReference: string }>('GET', path)).body;
}

test('two sessions of one reference, both captured, are a double payment of both; a refund of one ends it', async () => {
  const reference = randomUUID();
  const [first, second] = [await captured(reference), await captured(reference)];
  await sweptUntil(2);
  const of = (session: string) => service.until(session, (order) => paidToo(order).length > 0);
  expect(paidToo(await of(first))).toEqual([`paid too: ${orderIdOf(second)}`]);
  expect(paidToo(await of(second))).toEqual([`paid too: ${orderIdOf(first)}`]);
  expect(await explained(first)).toMatchObject({
    paidTwice: [orderIdOf(second)],
    registeredReference: reference,
  });
  for (const session of [first, second]) {
    await service.forward(session, 16 * minute);
    expect((await service.order(session)).escalation).toMatchObject({
      level: 1,
      reasons: ['double_payment'],
    });
  }

  // Told once, however often it is looked for.
  expect((await sweepNow()).told).toBe(0);
  expect([await signalsOf(first), await signalsOf(second)]).toEqual([1, 1]);

  await service.act(first, 'refund', { amount: 30_000 });
  await service.until(first, ({ status }) => status === 'refunded');
  await sweptUntil(2);
  for (const session of [first, second]) {
    const order = await service.until(session, ({ escalation }) => escalation === null);
    expect(order.amounts.captured).toBe(30_000);
    expect((await explained(session)).paidTwice).toEqual([]);
  }
});

test('payments that together reach what was asked are a split payment', async () => {
  const reference = randomUUID();
  const whole = 60_000;
  const [first, second] = [await captured(reference, whole), await captured(reference, whole)];
  // Seen by visibility together with what follows.
  const others = randomUUID();
  const pair = [await captured(others), await captured(others)];
  await sweptUntil(2);
  for (const session of pair) expect(await signalsOf(session)).toBe(1);
  for (const session of [first, second]) expect(await signalsOf(session)).toBe(0);
});

test('a reference that only the provider names does not count', async () => {
  const sessions = [await captured(undefined), await captured(undefined)];
  const others = randomUUID();
  const pair = [await captured(others), await captured(others)];
  await sweptUntil(2);
  for (const session of pair) expect(await signalsOf(session)).toBe(1);
  for (const session of sessions) expect(await signalsOf(session)).toBe(0);
});

test('an order that has closed is opened again to hear of it', async () => {
  const reference = randomUUID();
  const first = await captured(reference);
  await service.forward(first, 181 * day).catch(() => undefined);
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(first));
  const closed = await handle.describe();
  expect(closed.status.name).toBe('COMPLETED');
  const second = await captured(reference);
  await sweptUntil(2);
  const order = await service.until(first, (now) => paidToo(now).length > 0);
  expect(paidToo(order)).toEqual([`paid too: ${orderIdOf(second)}`]);
  expect(order.status).toBe('captured');
  expect((await handle.describe()).runId).not.toBe(closed.runId);
});

test.each([undefined, null, {}, { ids: 'a' }, { ids: [7] }, { ids: Array.from({ length: 11 }, String) }])(
  'a signal with %j is ignored',
  async (body) => {
    const session = await service.pendingOrder();
    const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
    await handle.signal(signals.paidTwice.name, body);
    expect((await explained(session)).paidTwice).toEqual([]);
    expect((await service.order(session)).findings).toEqual([]);
  },
);

test('each sweep of the schedule looks at what changed since the last one', async () => {
  const { client } = service.temporal;
  await openSweeps(client, { ...service.config, sweeps: { everyMs: day, driftHour: null } });
  const schedule = client.schedule.getHandle(scheduleId('sweep', 'acme-se'));
  const looked: { since: number; lookedUntil: number }[] = [];
  while (looked.length < 2) {
    const workflowId = await until(
      async () => {
        // As the schedule starts its own: only such a run gets the result of the last one, and none while one runs.
        await schedule.trigger('SKIP');
        return (await schedule.describe()).info.recentActions[looked.length]?.action.workflow.workflowId;
      },
      (id) => id !== undefined,
    );
    const handle = client.workflow.getHandle(workflowId!);
    const { paidTwice } = (await handle.result()) as { paidTwice: PaidTwiceReport };
    const { events } = await handle.fetchHistory();
    const inputs = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: task }) =>
      task?.activityType?.name === 'findPaidTwice' ? (task.input?.payloads ?? []) : [],
    );
    const [{ since } = { since: -1 }] = inputs.map(
      ({ data }) => JSON.parse(Buffer.from(data!).toString()) as { since: number },
    );
    looked.push({ since, lookedUntil: paidTwice.lookedUntil });
  }
  const [first, second] = looked;
  expect(first?.since).toBe(0);
  expect(second?.since).toBe(first?.lookedUntil);
  expect(second?.since).toBeGreaterThan(Date.now() - 10 * minute);
});
