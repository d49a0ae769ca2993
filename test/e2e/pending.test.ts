import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let service: Service;
beforeAll(async () => {
  // Sparser than by default in the long run: each read is a real one.
  service = await startService({ virtualTime: true, account: 'pending: { recheck: [1m, 5m, 15m, 1h, 1d] }' });
});
afterAll(() => service.stop());

async function escalationLines(session: string): Promise<string[]> {
  return (await service.timeline(session))
    .filter(({ kind }) => kind === 'escalation')
    .map(({ summary }) => summary);
}

test('45 days of pending climb each rung once, and the approval resolves', async () => {
  const session = await service.pendingOrder();

  await service.forward(session, 16 * minute);
  expect((await service.order(session)).escalation).toMatchObject({
    level: 1,
    reasons: ['pending'],
    state: 'open',
  });
  await service.forward(session, 2 * hour);
  expect((await service.order(session)).escalation).toMatchObject({ level: 2 });
  await service.forward(session, 45 * day);
  expect((await service.order(session)).escalation).toMatchObject({ level: 3, nextLevelAt: null });

  await service.act(session, 'approve');
  const order = await service.until(session, ({ status, escalation }) => status === 'placed' && !escalation);
  expect(await escalationLines(session)).toEqual([
    'opened, level 1: pending',
    'raised, level 2: pending',
    'raised, level 3: pending',
    'resolved',
  ]);
  // pending, three escalations, placed, resolved
  expect(order.sequence).toBe(6);
});

test('a history that has grown long goes on in a new run, with everything it knew', async () => {
  const session = await service.pendingOrder();
  const handle = service.temporal.client.workflow.getHandle(`acme-se:${session}`);
  const first = (await handle.describe()).runId;
  const claim = { of: 'payment', status: 'pending' };
  for (let batch = 0; batch < 11; batch++) {
    const ids = Array.from({ length: 100 }, (_, index) => `${batch}-${index}`);
    await Promise.all(
      ids.map((id) => handle.signal('hint', { id, event: 'order_status', status: 'order_pending', claim })),
    );
  }
  await service.forward(session, 16 * minute);

  const now = await handle.describe();
  expect(now.runId).not.toBe(first);
  expect(now.historyLength).toBeLessThan(1_500);
  expect(await service.order(session)).toMatchObject({
    status: 'pending',
    amounts: { expected: 30_000 },
    escalation: { level: 1 },
    sequence: 2,
  });
  const timeline = await service.timeline(session);
  expect(timeline[0]?.summary).toBe('registered: expects 300.00 SEK, reference 1000123');
  await service.act(session, 'approve');
  await service.until(session, ({ status }) => status === 'placed');
});

test('the provider is asked once more before each rung', async () => {
  const session = await service.pendingOrder();
  await service.act(session, 'approve', { hooks: false });
  await service.forward(session, 16 * minute);
  expect(await service.order(session)).toMatchObject({ status: 'placed', escalation: null });
  expect(await escalationLines(session)).toEqual([]);
});

test('lost hooks: rechecks alone bring an order to its end', async () => {
  const session = await service.openSession({ hooksPlan: { drop: true } });
  await service.register(session);
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.forward(session, 2 * minute);
  expect(await service.order(session)).toMatchObject({ status: 'placed', sequence: 1 });
  await service.act(session, 'capture');
  await service.forward(session, 2 * hour);
  expect(await service.order(session)).toMatchObject({ status: 'captured', amounts: { captured: 30_000 } });
});

test('a session that nobody completes is read once more and expires', async () => {
  const session = await service.openSession();
  await service.register(session);
  await service.forward(session, day + 5 * minute);
  expect(await service.order(session)).toMatchObject({ status: 'expired', findings: [] });
});

test('money that comes after the order expired wins, and is called a correction', async () => {
  const session = await service.openSession();
  await service.register(session);
  await service.forward(session, day + 5 * minute);
  await service.act(session, 'complete', { hooks: false });
  await service.act(session, 'approve');
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order.findings).toMatchObject([
    { code: 'corrected', detail: 'was expired, the provider says placed' },
  ]);
});

test('reads that fail are unverified, escalate, and resolve when the provider is back', async () => {
  const session = await service.pendingOrder();
  await service.control('PUT', `/sessions/${session}/faults`, [{ kind: 'status', status: 403, times: 500 }]);
  await service.hook({ event: 'order_status', status: 'order_approved_not_captured', sessionId: session });
  await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
  await service.forward(session, 20 * minute);
  expect(await service.order(session)).toMatchObject({ status: 'pending', escalation: { level: 1 } });
  expect((await service.order(session)).escalation?.reasons).toContain('unverified');

  await service.control('DELETE', `/sessions/${session}/faults`);
  await service.act(session, 'approve', { hooks: false });
  await service.forward(session, 5 * hour);
  expect(await service.order(session)).toMatchObject({
    status: 'placed',
    unverifiedSince: null,
    escalation: null,
  });
});

test('a person acknowledges, snoozes and resolves; a raise keeps the owner', async () => {
  const session = await service.pendingOrder();
  const path = `/v1/orders/acme-se:${session}/escalation`;
  const early = await service.call('POST', `${path}/acknowledge`, { by: 'ada', reason: 'looking' });
  expect(early).toMatchObject({ status: 409, body: { code: 'no_escalation' } });

  await service.forward(session, 16 * minute);
  const taken = await service.call('POST', `${path}/acknowledge`, { by: 'ada', reason: 'looking' });
  expect(taken).toMatchObject({ status: 200, body: { escalation: { state: 'acknowledged', owner: 'ada' } } });
  const second = await service.call('POST', `${path}/acknowledge`, { by: 'bob', reason: 'me too' });
  expect(second).toMatchObject({
    status: 409,
    body: { code: 'already_acknowledged', detail: expect.stringMatching(/^ada acknowledged it at 20/) },
  });
  const told = (await service.timeline(session)).filter(({ kind }) => kind === 'person');
  expect(told.map(({ summary }) => summary)).toEqual([
    'ada acknowledged the escalation: looking',
    expect.stringMatching(/^bob wanted to acknowledge the escalation, too late: ada acknowledged it at/),
  ]);

  await service.forward(session, 2 * hour);
  expect((await service.order(session)).escalation).toMatchObject({
    level: 2,
    state: 'acknowledged',
    owner: 'ada',
  });

  const until = new Date(Date.now() + 3 * day).toISOString();
  const stolen = await service.call('POST', `${path}/snooze`, { by: 'bob', reason: 'not now', until });
  expect(stolen).toMatchObject({ status: 409, body: { code: 'already_acknowledged' } });
  const snoozed = await service.call('POST', `${path}/snooze`, {
    by: 'ada',
    reason: 'asked the bank',
    until,
  });
  expect(snoozed.body.escalation).toMatchObject({ state: 'snoozed', snoozedUntil: until });
  await service.forward(session, day);
  expect((await service.order(session)).escalation).toMatchObject({ level: 2, state: 'snoozed' });
  await service.forward(session, 3 * day);
  expect((await service.order(session)).escalation).toMatchObject({ level: 3, state: 'open', owner: 'ada' });

  const resolved = await service.call('POST', `${path}/resolve`, { by: 'ada', reason: 'goods kept back' });
  const still = { state: 'resolved', resolved: { by: 'ada', reason: 'goods kept back' } };
  expect(resolved).toMatchObject({ status: 200, body: { escalation: still, status: 'pending' } });
  await service.forward(session, 3 * day);
  expect((await service.order(session)).escalation).toMatchObject(still);
  expect(
    (await service.timeline(session)).filter(({ kind }) => kind === 'person').map(({ summary }) => summary),
  ).toEqual([
    'ada acknowledged the escalation: looking',
    told[1]?.summary,
    expect.stringMatching(/^bob wanted to snooze the escalation, too late: ada acknowledged it at/),
    `ada snoozed the escalation until ${until}: asked the bank`,
    'ada resolved the escalation: goods kept back',
  ]);
});

test('a final order closes after its time, and a late hook opens it again without news', async () => {
  const session = await service.pendingOrder();
  await service.act(session, 'reject');
  await service.until(session, ({ status }) => status === 'rejected');
  const handle = service.temporal.client.workflow.getHandle(`acme-se:${session}`);
  await service.forward(session, 6 * day);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await service.forward(session, 2 * day).catch(() => undefined);
  const closed = await handle.describe();
  expect(closed.status.name).toBe('COMPLETED');
  const before = await service.order(session);

  const late = await service.hook({
    event: 'refund_status',
    status: 'approved',
    sessionId: session,
    refundId: 'r-1',
  });
  expect(late.status).toBe(202);
  const reopened = await handle.describe();
  expect(reopened.runId).not.toBe(closed.runId);
  expect(await service.order(session)).toMatchObject({ status: 'rejected', sequence: before.sequence });
  // What closed runs held is still told.
  expect((await service.timeline(session)).length).toBeGreaterThan(5);
});

async function closedOrder(): Promise<string> {
  const session = await service.pendingOrder();
  await service.act(session, 'reject');
  await service.until(session, ({ status }) => status === 'rejected');
  await service.forward(session, 8 * day).catch(() => undefined);
  return session;
}

test('a recheck of a closed order reads the provider, also right after its last hint', async () => {
  const session = await closedOrder();
  const closed = await service.order(session);
  const before = await service.reads(session);
  expect((await service.call('POST', `/v1/orders/acme-se:${session}/recheck`)).status).toBe(202);
  await until(
    () => service.reads(session),
    (count) => count > before,
  );
  const order = await service.until(session, ({ verified }) => verified?.at !== closed.verified?.at);
  expect(order).toMatchObject({ status: 'rejected', sequence: 2 });
});

test('an order whose run an operator ended goes on where it was, when somebody asks for it', async () => {
  const session = await service.pendingOrder();
  const before = await service.order(session);
  await service.temporal.client.workflow.getHandle(`acme-se:${session}`).terminate('a mistake');
  const others = { expected: { amount: 1, currency: 'SEK' } };
  expect((await service.register(session, others)).status).toBe(409);
  await service.act(session, 'approve', { hooks: false });
  expect((await service.call('POST', `/v1/orders/acme-se:${session}/recheck`)).status).toBe(202);
  expect(await service.until(session, ({ status }) => status === 'placed')).toMatchObject({
    createdAt: before.createdAt,
    sequence: before.sequence + 1,
    amounts: { expected: 30_000 },
  });
});
