import { MockActivityEnvironment } from '@temporalio/testing';
import type { SweepReport } from '../../src/activities/sweep.ts';
import type { DriftReport } from '../../src/domain/order/drift.ts';
import { providerActivities } from '../../src/bootstrap/accounts.ts';
import { openSweeps, sweepActivities } from '../../src/bootstrap/sweeps.ts';
import { createStuckOrders } from '../../src/orders/stuck-orders.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { scheduleId } from '../../src/workflows/contract/ids.ts';
import { searchAttributes } from '../../src/workflows/contract/search-attributes.ts';
import { sweepTypes } from '../../src/workflows/contract/sweeps.ts';
import { workflowType } from '../../src/workflows/contract/order-run.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
const hour = 60 * minute;

let service: Service;
beforeAll(async () => {
  service = await startService({
    alerts: '[]',
    virtualTime: true,
    account: 'settled: { recheck: [30d] }, pending: { recheck: [30d], escalate: [15m, 60d] }',
    // Else it takes five failed tasks, and most of a minute, until the server says so.
    settings: { 'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': 1 },
  });
  await openSweeps(service.temporal.client, service.config);
});
afterAll(() => service.stop());

async function placed(): Promise<string> {
  const session = await service.openSession();
  // A reference of its own: paid orders of one reference are told of each other.
  await service.register(session, { reference: session });
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.until(session, ({ status }) => status === 'placed');
  return session;
}

let swept = 0;
function sweepNow(): Promise<SweepReport> {
  const { client } = service.temporal;
  return client.workflow.execute(sweepTypes.sweep, {
    workflowId: `sweep/acme-se-${(swept += 1)}`,
    taskQueue: orderQueue,
    args: [{ account: 'acme-se' }],
  }) as Promise<SweepReport>;
}

test('an order whose run an operator ended is opened again, with its terms, and reads; once', async () => {
  const session = await placed();
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  await handle.terminate('by mistake');
  await service.act(session, 'capture', { hooks: false });
  // Visibility is a moment behind.
  const report = await until(sweepNow, ({ reopened }) => reopened > 0);
  expect(report).toMatchObject({
    account: 'acme-se',
    reopened: 1,
    examples: { reopened: [orderIdOf(session)] },
  });
  const order = await service.until(session, ({ status }) => status === 'captured');
  expect(order).toMatchObject({ reference: session, amounts: { expected: 30_000, captured: 30_000 } });
  expect((await sweepNow()).reopened).toBe(0);
});

test('an order that closed by itself is left alone', async () => {
  const { body } = await service.call<{ counts: unknown }>('GET', '/v1/escalations');
  expect(body.counts).toMatchObject({ total: 0 });
  expect((await sweepNow()).reopened).toBe(0);
});

test('what moved at the provider with its hooks lost is reported as drift, and read', async () => {
  const session = await placed();
  await service.act(session, 'capture', { hooks: false });
  expect((await service.order(session)).status).toBe('placed');
  const asked = await service.call('POST', '/v1/accounts/acme-se/drift');
  expect(asked.status).toBe(202);
  const { body } = await until(
    () => service.call<{ report: DriftReport | null }>('GET', '/v1/accounts/acme-se/drift'),
    ({ status, body: found }) => status === 200 && found.report !== null,
  );
  expect(body.report?.drifts).toContainEqual({
    id: orderIdOf(session),
    differences: [
      { what: 'status', ours: 'placed', theirs: 'captured' },
      { what: 'captured', ours: 0, theirs: 30_000 },
    ],
  });
  await service.until(session, ({ status }) => status === 'captured');
});

test('whoever may not see an account is told of none', async () => {
  const elsewhere = { authorization: 'Bearer elsewhere-key' };
  for (const method of ['GET', 'POST'])
    expect((await service.call(method, '/v1/accounts/acme-se/drift', undefined, elsewhere)).status).toBe(404);
  const reader = { authorization: 'Bearer reader-key' };
  expect((await service.call('POST', '/v1/accounts/acme-se/drift', undefined, reader)).status).toBe(403);
  expect((await service.call('GET', '/v1/accounts/nobody/drift')).status).toBe(404);
});

test('schedules are kept as configured, whoever comes second, and one that an operator paused stays so', async () => {
  const { client } = service.temporal;
  const handle = client.schedule.getHandle(scheduleId('sweep', 'acme-se'));
  await handle.pause('for maintenance');
  await openSweeps(client, { ...service.config, sweeps: { everyMs: 60_000, driftHour: null } });
  const { spec, state } = await handle.describe();
  expect(spec.intervals?.map(({ every }) => every)).toEqual([60_000]);
  expect(state.paused).toBe(true);
  const drift = await client.schedule.getHandle(scheduleId('drift', 'acme-se')).describe();
  expect(drift.state.paused).toBe(true);
});

test('an order whose tasks fail is named, and holds none of the others up', async () => {
  const { client } = service.temporal;
  const id = 'acme-se:tasks-that-fail';
  const handle = await client.workflow.start(workflowType, {
    workflowId: id,
    taskQueue: orderQueue,
    args: [null],
    typedSearchAttributes: [{ key: searchAttributes.Account, value: 'acme-se' }],
  });
  try {
    const report = await until(sweepNow, ({ failing }) => failing > 0);
    expect(report).toMatchObject({ failing: 1, examples: { failing: [id] } });
    const asked = { key: 'a-key', by: 'sweep' };
    await expect(createStuckOrders(client).recheck(id, asked)).resolves.toBe(false);
  } finally {
    await handle.terminate('over');
  }
});

test('what has missed its escalation is read again, and what a person has resolved is left alone', async () => {
  const [late, resolved] = [await service.pendingOrder(), await service.pendingOrder()];
  await service.forward(resolved, 20 * minute);
  const decision = { by: 'ada', reason: 'the shopper has called' };
  const path = `/v1/orders/${orderIdOf(resolved)}/escalation/resolve`;
  expect((await service.call('POST', path, decision)).body).toMatchObject({
    status: 'pending',
    escalation: { state: 'resolved' },
  });

  // As seen two hours later by a sweep, from an order whose timer did not ring.
  const { sweepOrders } = sweepActivities(
    service.temporal.client,
    service.config,
    providerActivities(service.config),
    () => Date.now() + 2 * hour,
  );
  const sweep = (): Promise<SweepReport> =>
    new MockActivityEnvironment().run(sweepOrders, { account: 'acme-se', key: 'a-sweep' });
  expect(await until(sweep, ({ rechecked }) => rechecked > 0)).toMatchObject({ rechecked: 1 });
  const told = async (session: string) =>
    (await service.timeline(session)).filter(({ kind }) => kind === 'person').map(({ summary }) => summary);
  expect(await told(late)).toEqual(['sweep asked for a recheck']);
  expect(await told(resolved)).toEqual(['ada resolved the escalation: the shopper has called']);
});

test('sweeps that were turned off go on when they are turned on again', async () => {
  const { client } = service.temporal;
  const drift = client.schedule.getHandle(scheduleId('drift', 'acme-se'));
  await openSweeps(client, { ...service.config, sweeps: { everyMs: 60_000, driftHour: null } });
  expect((await drift.describe()).state).toMatchObject({ paused: true, note: 'off in the configuration' });
  await openSweeps(client, { ...service.config, sweeps: { everyMs: 60_000, driftHour: 4 } });
  const { state, spec } = await drift.describe();
  expect(state.paused).toBe(false);
  expect(spec.calendars?.[0]?.hour).toEqual([{ start: 4, end: 4, step: 1 }]);
});
