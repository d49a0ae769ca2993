import { randomUUID } from 'node:crypto';
import type { PaidTwiceReport } from '../../src/activities/sweep.ts';
import type { Order, TimelineView } from '../../src/domain/order/view.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { sweepTypes } from '../../src/workflows/contract/sweeps.ts';
import { hookToken, orderIdOf, startService, type Service } from '../support/service.ts';
import { fastForward } from '../support/temporal.ts';
import { until } from '../support/until.ts';

// The samples of issue 16 that are about hooks, by their numbers, on the real server: hooks over HTTP, reads of the
// sandbox, the order over the API. test/truth/samples.test.ts has all of them.

let service: Service;
beforeAll(async () => {
  service = await startService({ alerts: '[]', virtualTime: true });
  await control('PUT', '/hook-url', { url: `${service.url}/hooks/acme-eu/${hookToken}` });
});
afterAll(() => service.stop());

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

async function control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${service.sandbox.url}/sandbox/bridgerpay${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A registered deposit of 22.96 EUR at BridgerPay, and what the service knows of it. */
async function deposit(settings: Record<string, unknown> = {}) {
  const orderId = randomUUID();
  const id = `acme-eu:${orderId}`;
  await control('POST', '/orders', { orderId, amount: '22.96', currency: 'EUR', ...settings });
  await service.call('POST', '/v1/orders', {
    account: 'acme-eu',
    orderId,
    expected: { amount: 2_296, currency: 'EUR' },
  });
  const api = `/v1/orders/${id}`;
  const timeline = async () => (await service.call<TimelineView>('GET', `${api}/timeline`)).body.entries;
  const countOf = async (kind: string) => (await timeline()).filter((entry) => entry.kind === kind).length;
  return {
    act: (action: string, more: Record<string, unknown> = {}) =>
      control('POST', `/orders/${orderId}/actions`, { action, ...more }),
    forge: (hook: Record<string, unknown>) => control('POST', `/orders/${orderId}/hooks`, hook),
    setFaults: (faults: unknown) => control('PUT', `/orders/${orderId}/faults`, faults),
    recheck: () => service.call('POST', `${api}/recheck`),
    read: async () => (await service.call('GET', api)).body,
    timeline,
    countOf,
    forward: (ms: number) => fastForward(service.temporal.client, id, ms),
    isRunning: async () =>
      (await service.temporal.client.workflow.getHandle(id).describe()).status.name === 'RUNNING',
    async until(isSo: (order: Order) => boolean): Promise<Order> {
      const { body } = await until(
        () => service.call('GET', api),
        ({ status, body: now }) => status === 200 && isSo(now),
      );
      return body;
    },
  };
}

const has = (status: string) => (order: Order) => order.status === status;
const codes = ({ findings }: Order) => findings.map(({ code }) => code);
const isSilent = { hooks: false };

test('2: declined tx-1, then in_process tx-2 of another group: pending, and it stays open', async () => {
  const order = await deposit();
  await order.act('decline', { transactionId: 'tx-1', pspOrderId: 'g-1' });
  await order.until(has('rejected'));
  await order.act('new_attempt', { transactionId: 'tx-2', pspOrderId: 'g-2', ...isSilent });
  await order.act('pay', { transactionId: 'tx-2', status: 'in_process' });
  await order.recheck();
  await order.until(has('pending'));
  await order.forward(8 * day);
  expect(await order.isRunning()).toBe(true);
  expect(await order.read()).toMatchObject({
    status: 'pending',
    escalation: { level: 3, reasons: ['pending'] },
  });
});

test('3: declined tx-1, then hook and read approved_on_hold tx-2: a read, pending, and on_hold escalates', async () => {
  const order = await deposit();
  await order.act('decline', { transactionId: 'tx-1', pspOrderId: 'g-1' });
  await order.until(has('rejected'));
  await order.act('new_attempt', { transactionId: 'tx-2', pspOrderId: 'g-2', ...isSilent });
  const reads = await order.countOf('read');
  await order.act('hold', { transactionId: 'tx-2' });
  const now = await order.until(has('pending'));
  expect(codes(now)).toContain('on_hold');
  expect(now.escalation).toMatchObject({ level: 1, state: 'open' });
  expect(now.escalation?.reasons).toContain('on_hold');
  const entries = await order.timeline();
  expect(await order.countOf('read')).toBeGreaterThan(reads);
  expect(entries.find(({ summary }) => summary === 'approved_on_hold')?.disposition).not.toBe('stale');
});

test('5: the read says partly_refunded, a notification refunded -5.00: 5.00 of 22.96', async () => {
  const order = await deposit();
  await order.act('approve');
  await order.until(has('captured'));
  await order.act('refund', { amount: '5.00', ...isSilent });
  await order.forge({ type: 'refunded', overrides: { data: { charge: { attributes: { amount: -5 } } } } });
  const now = await order.until(({ amounts }) => (amounts.refunded ?? 0) > 0);
  expect(now).toMatchObject({
    status: 'partially_refunded',
    amounts: { currency: 'EUR', captured: 2_296, refunded: 500 },
    escalation: null,
  });
});

test('13: an HTML 404 of a gateway for 8 minutes, unregistered: unavailable, then captured', async () => {
  const session = await service.openSession();
  await service.control('PUT', `/sessions/${session}/faults`, [
    { kind: 'road', page: 'gateway', times: 'forever' },
  ]);
  await service.act(session, 'complete', isSilent);
  await service.act(session, 'approve', isSilent);
  await service.act(session, 'capture', isSilent);
  await service.hook({ event: 'order_status', status: 'order_approved_not_captured', sessionId: session });
  const lost = await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
  expect(lost).toMatchObject({ status: 'created', escalation: null });
  await service.forward(session, 8 * minute);
  expect((await service.order(session)).status).toBe('created');
  const lines = await service.timeline(session);
  const failed = lines.filter(({ summary }) => summary.endsWith('failed: unavailable'));
  // The first read, and each rung of the re-read ladder.
  expect(failed.reduce((count, { times = 1 }) => count + times, 0)).toBeGreaterThanOrEqual(5);
  await service.control('DELETE', `/sessions/${session}/faults`);
  await service.forward(session, 70 * minute);
  expect(await service.order(session)).toMatchObject({
    status: 'captured',
    amounts: { currency: 'SEK', captured: 30_000 },
    findings: [],
    unverifiedSince: null,
  });
});

test('15: 401 inside the envelope on the second read: it logs in anew', async () => {
  const order = await deposit();
  await order.act('authorize');
  await order.until(has('placed'));
  const loggedIn = async () => (await control<{ logins: unknown[] }>('GET', '/ledger')).logins.length;
  const before = await loggedIn();
  await order.setFaults([{ kind: 'code', code: 401, on: 'read', withoutResult: true }]);
  await order.act('approve');
  const now = await order.until(has('captured'));
  expect((await loggedIn()) - before).toBe(1);
  expect(now).toMatchObject({
    verified: { attempts: 1 },
    unverifiedSince: null,
    amounts: { captured: 2_296 },
  });
  expect((await order.timeline()).filter(({ summary }) => summary.includes('failed'))).toEqual([]);
});

test('16: tx-1 and tx-2 approved, refunded names tx-1: 22.96 of 45.92', async () => {
  const order = await deposit();
  await order.act('approve', { transactionId: 'tx-1', pspOrderId: 'g-1' });
  await order.until(has('captured'));
  await order.act('new_attempt', { transactionId: 'tx-2', pspOrderId: 'g-2', ...isSilent });
  await order.act('approve', { transactionId: 'tx-2' });
  await order.until(({ amounts }) => amounts.captured === 4_592);
  // Reads show one of the two: now that which is refunded.
  await order.act('hide', { transactionId: 'tx-2' });
  await order.act('refund', { transactionId: 'tx-1' });
  const now = await order.until(({ amounts }) => (amounts.refunded ?? 0) > 0);
  expect(now).toMatchObject({
    status: 'partially_refunded',
    amounts: { captured: 4_592, refunded: 2_296 },
  });
});

test('17: f1 rejected and resolved, f2 rejected: it escalates', async () => {
  const session = await service.openSession();
  await service.register(session);
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.act(session, 'capture');
  await service.until(session, has('captured'));
  await service.act(session, 'refund', { refundId: 'f1', amount: 10_000, status: 'rejected' });
  const isHeard = (count: number) => async () =>
    (await service.timeline(session)).filter(({ summary }) => summary === 'refund_status rejected').length ===
    count;
  await until(isHeard(1), (isSo) => isSo);
  await service.forward(session, 20 * minute);
  const first = await service.order(session);
  expect(first.escalation).toMatchObject({ state: 'open', reasons: ['refund_failed'] });
  const path = `/v1/orders/${orderIdOf(session)}/escalation/resolve`;
  const answer = await service.call(
    'POST',
    path,
    { by: 'ada', reason: 'paid by bank' },
    {
      'idempotency-key': randomUUID(),
    },
  );
  expect(answer.status).toBe(200);
  expect((await service.order(session)).escalation).toMatchObject({ state: 'resolved' });
  await service.act(session, 'refund', { refundId: 'f2', amount: 5_000, status: 'rejected' });
  await until(isHeard(2), (isSo) => isSo);
  await service.forward(session, 20 * minute);
  const again = await service.order(session);
  expect(again.escalation).toMatchObject({ state: 'open', reasons: ['refund_failed'] });
  expect(again.escalation?.openedAt).not.toBe(first.escalation?.openedAt);
});

test('24: a refund notification with the amount "-5.00" counts 5.00', async () => {
  const order = await deposit({ behaviour: { refundAmounts: 'text' } });
  await order.act('approve');
  await order.until(has('captured'));
  await order.act('refund', { amount: '5.00' });
  const now = await order.until(({ amounts }) => (amounts.refunded ?? 0) > 0);
  expect(now).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 500 }, findings: [] });
});

test('26: a hook whose status is null: 202, and a read', async () => {
  const session = await service.openSession();
  for (const action of ['complete', 'approve', 'capture']) await service.act(session, action, isSilent);
  const answer = await service.hook({ event: 'order_status', status: null, sessionId: session });
  expect(answer).toMatchObject({ status: 202, body: { order: orderIdOf(session), received: true } });
  expect((await service.until(session, has('captured'))).amounts.captured).toBe(30_000);
  expect(await service.reads(session)).toBe(1);
});

test('27: two sessions of one registered reference, both captured: double_payment of both', async () => {
  const reference = randomUUID();
  const sessions = [await service.openSession(), await service.openSession()];
  for (const session of sessions) {
    await service.register(session, { reference });
    await service.act(session, 'complete');
    await service.act(session, 'approve');
    await service.act(session, 'capture');
    await service.until(session, has('captured'));
  }
  const sweep = async () => {
    const { paidTwice } = (await service.temporal.client.workflow.execute(sweepTypes.sweep, {
      workflowId: `sweep/${randomUUID()}`,
      taskQueue: orderQueue,
      args: [{ account: 'acme-se' }],
    })) as { paidTwice: PaidTwiceReport };
    return paidTwice.told;
  };
  // Visibility is a moment behind.
  let told = 0;
  await until(
    async () => (told += await sweep()),
    (count) => count >= 2,
  );
  for (const [index, session] of sessions.entries()) {
    const other = orderIdOf(sessions[1 - index]!);
    const order = await service.until(session, (now) => codes(now).includes('double_payment'));
    expect(order.findings).toMatchObject([{ code: 'double_payment', detail: `paid too: ${other}` }]);
    await service.forward(session, 20 * minute);
    expect((await service.order(session)).escalation?.reasons).toEqual(['double_payment']);
  }
});
