import { deskId } from '../../src/workflows/contract/ids.ts';
import { deskSignals } from '../../src/workflows/contract/messages.ts';
import type { DeskView } from '../../src/workflows/contract/desk.ts';
import { startReceiver, type Received, type Receiver } from '../support/receiver.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

// One stack for each, since an account's incidents are those of all its orders.

let service: Service;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  service = await startService({
    account: 'pending: { recheck: [1s], escalate: [2s, 1h] }, reread: [200ms]',
    firstReadWithin: 'off',
    alerts: `[{ kind: webhook, name: hook, url: '${receiver.url}/hook', secret: s, accounts: [acme-se] }, { kind: slack, name: chat, url: '${receiver.url}/chat' }]`,
  });
});
afterEach(async () => {
  await service.stop();
  await receiver.stop();
});

const hooks = ({ path }: Received) => path === '/hook';
const kinds = (received: readonly Received[]) => received.map(({ body }) => body.type);

async function incidents() {
  const { body } = await service.call<{
    incidents: { count: number; fault: { code: string } | null }[];
    failingChannels: { channel: string }[];
  }>('GET', '/v1/incidents');
  return body;
}

test('one stuck order is one alert by each channel, and another when it is over', async () => {
  const session = await service.pendingOrder();
  const [opened] = await receiver.until(1, hooks);
  expect(opened?.body).toMatchObject({
    type: 'incident.opened',
    data: {
      account: 'acme-se',
      count: 1,
      byReason: { pending: 1 },
      orders: [{ id: orderIdOf(session), reference: '1000123', reasons: ['pending'] }],
    },
  });
  expect((await incidents()).incidents).toMatchObject([{ account: 'acme-se', count: 1, fault: null }]);
  await service.act(session, 'approve');
  const told = await receiver.until(2, hooks);
  expect(kinds(told)).toEqual(['incident.opened', 'incident.closed']);
  await receiver.until(2, ({ path }) => path === '/chat');
  await until(incidents, ({ incidents: open }) => open.length === 0);
});

test('a channel that is down is tried again; the escalation is listed meanwhile, and so is the channel', async () => {
  receiver.answer = { status: 503 };
  const session = await service.pendingOrder();
  const { failingChannels } = await until(incidents, ({ failingChannels: down }) => down.length === 2);
  expect(failingChannels.map(({ channel }) => channel).toSorted()).toEqual(['chat', 'hook']);
  const list = await service.call<{ escalations: { id: string }[] }>('GET', '/v1/escalations');
  expect(list.body.escalations.map(({ id }) => id)).toEqual([orderIdOf(session)]);
  const refused = receiver.received.length;
  receiver.answer = { status: 202 };
  await until(incidents, ({ failingChannels: down }) => down.length === 0);
  const [told] = receiver.received.slice(refused).filter(hooks);
  const [first] = receiver.received.filter(hooks);
  expect(told?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(receiver.received.slice(refused).filter(hooks)).toHaveLength(1);
});

test('what came and went while a channel was down is not told there; the desk says that it was dropped', async () => {
  receiver.answer = { status: 503 };
  const solved = async (session: string) => {
    await service.act(session, 'approve');
    await until(incidents, ({ incidents: open }) => open.length === 0);
  };
  const first = await service.pendingOrder();
  await until(incidents, ({ failingChannels: down }) => down.length === 2);
  await solved(first);
  const second = await service.pendingOrder();
  await until(incidents, ({ incidents: open }) => open.length === 1);
  await solved(second);
  const desk = service.temporal.client.workflow.getHandle(deskId('acme-se'));
  const view = await until(
    async () => (await desk.describe()).memo?.['desk'] as DeskView,
    ({ failing }) => failing.length === 2 && failing.every(({ dropped }) => dropped === 1),
  );
  expect(view.incidents).toEqual([]);
  const refused = receiver.received.length;
  receiver.answer = { status: 202 };
  await until(incidents, ({ failingChannels: down }) => down.length === 0);
  // Somebody may have heard of the first one: it was tried.
  expect(kinds(receiver.received.slice(refused).filter(hooks))).toEqual(['incident.closed']);
  const third = await service.pendingOrder();
  await receiver.until(refused + 4, () => true);
  expect(kinds(receiver.received.slice(refused).filter(hooks))).toEqual([
    'incident.closed',
    'incident.opened',
  ]);
  await solved(third);
});

test('a provider that does not answer is one incident, and its orders are read again when it does', async () => {
  const sessions = await Promise.all(Array.from({ length: 8 }, () => service.pendingOrder()));
  const before = receiver.received.filter(hooks).length;
  expect(before).toBeLessThanOrEqual(1);
  await service.control('PUT', '/faults', [{ kind: 'status', status: 503, times: 'forever' }]);
  const outage = await until(incidents, ({ incidents: open }) => open.some(({ fault }) => fault !== null));
  expect(outage.incidents.at(-1)?.fault?.code).toBe('provider_unreachable');
  await receiver.until(1, (got) => hooks(got) && got.body.data.fault !== null);
  for (const session of sessions) await service.act(session, 'approve');
  await service.control('DELETE', '/faults');
  for (const session of sessions) await service.until(session, ({ status }) => status === 'placed');
  await until(incidents, ({ incidents: open }) => open.length === 0);
  const told = await receiver.until(1, (got) => hooks(got) && got.body.data.fault?.endedAt != null);
  expect(told.at(-1)?.body).toMatchObject({
    type: 'incident.closed',
    data: { fault: { code: 'provider_unreachable' } },
  });
  // Never one for each order.
  expect(receiver.received.filter(hooks).length).toBeLessThanOrEqual(before + 5);
});

test('refused credentials are a fault of the account at once', async () => {
  const session = await service.pendingOrder();
  await service.control('PUT', '/faults', [{ kind: 'status', status: 401, times: 'forever' }]);
  await service.call('POST', `/v1/orders/${encodeURIComponent(orderIdOf(session))}/recheck`);
  await until(incidents, ({ incidents: open }) =>
    open.some(({ fault }) => fault?.code === 'credentials_refused'),
  );
});

test('what nobody registered and no read has found is no fault of its account; once registered it is', async () => {
  await service.control('PUT', '/faults', [{ kind: 'status', status: 401, times: 'forever' }]);
  const sessions = await Promise.all(Array.from({ length: 4 }, () => service.openSession()));
  const [first = ''] = sessions;
  for (const sessionId of sessions)
    await service.hook({ event: 'order_status', status: 'order_pending', sessionId });
  const failedReads = async (session: string) =>
    (await service.timeline(session)).filter(({ summary }) => summary.includes('failed: credentials')).length;
  for (const session of sessions)
    await until(
      () => failedReads(session),
      (count) => count > 0,
    );
  const desk = service.temporal.client.workflow.getHandle(deskId('acme-se'));
  const suspicions = async () =>
    ((await desk.fetchHistory()).events ?? []).filter(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'fault',
    ).length;
  expect(await suspicions()).toBe(0);

  await service.register(first);
  await service.call('POST', `/v1/orders/${encodeURIComponent(orderIdOf(first))}/recheck`);
  await until(incidents, ({ incidents: open }) =>
    open.some(({ fault }) => fault?.code === 'credentials_refused'),
  );
  expect(await suspicions()).toBeGreaterThan(0);
});

test('a fault that nobody can confirm is no incident', async () => {
  const session = await service.pendingOrder();
  await service.act(session, 'approve');
  await service.until(session, ({ status, escalation }) => status === 'placed' && !escalation);
  const handle = service.temporal.client.workflow.getHandle(deskId('acme-se'));
  await handle.signal(deskSignals.fault, { code: 'provider_unreachable', since: Date.now() });
  const isProbed = async () => {
    const { events } = await handle.fetchHistory();
    const asked = (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: task }) => task?.activityType?.name === 'probeAccount',
    );
    const answered = (events ?? []).filter(({ activityTaskCompletedEventAttributes: done }) =>
      asked.some(({ eventId }) => done?.scheduledEventId?.toString() === eventId?.toString()),
    );
    return answered.length;
  };
  await until(isProbed, (answers) => answers > 0);
  expect((await incidents()).incidents.filter(({ fault }) => fault !== null)).toEqual([]);
});

test('a desk goes on from run to run: nothing is told twice, and what waits is told', async () => {
  receiver.answer = { status: 503 };
  const session = await service.pendingOrder();
  await until(incidents, ({ failingChannels: down }) => down.length > 0);
  const { client } = service.temporal;
  const { runId } = await client.workflow.getHandle(deskId('acme-se')).describe();
  const settings = { channels: ['hook', 'chat'] };
  // More than a history may have; they come in many tasks.
  for (let burst = 0; burst < 12; burst += 1) {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        client.workflow.getHandle(deskId('acme-se')).signal(deskSignals.configure, settings),
      ),
    );
  }
  await until(
    async () => (await client.workflow.getHandle(deskId('acme-se')).describe()).runId,
    (now) => now !== runId,
  );
  const desk = await client.workflow.getHandle(deskId('acme-se')).describe();
  expect(desk.memo?.['desk'] as DeskView).toMatchObject({ incidents: [{ count: 1 }] });
  receiver.answer = { status: 202 };
  const accepted = receiver.received.length;
  await until(
    async () => receiver.received.slice(accepted).filter(hooks),
    (got) => got.length > 0,
  );
  await service.act(session, 'approve');
  await until(incidents, ({ incidents: open }) => open.length === 0);
  const told = receiver.received.slice(accepted).filter(hooks);
  expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(told.length);
});
