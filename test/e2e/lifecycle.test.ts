import { startService, type Service } from '../support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function registered(settings: Record<string, unknown> = {}): Promise<string> {
  const session = await service.openSession(settings);
  await service.register(session);
  return session;
}

const hasStatus =
  (status: string) =>
  (order: { status: string }): boolean =>
    order.status === status;

test('pending, placed, captured in parts, refunded in parts, refunded', async () => {
  const session = await registered();
  expect(await service.order(session)).toMatchObject({
    status: 'created',
    amounts: { expected: 30_000, currency: 'SEK' },
  });
  await service.act(session, 'complete');
  await service.until(session, hasStatus('pending'));
  await service.act(session, 'approve');
  await service.until(session, hasStatus('placed'));
  await service.act(session, 'capture', { amount: 10_000 });
  await service.until(session, hasStatus('partially_captured'));
  await service.act(session, 'capture', { amount: 20_000 });
  await service.until(session, hasStatus('captured'));
  await service.act(session, 'refund', { amount: 5_000, captureId: (await captureIds(session))[1] });
  await service.act(session, 'refund', { amount: 5_000, captureId: (await captureIds(session))[1] });
  const partly = await service.until(session, ({ amounts }) => amounts.refunded === 10_000);
  expect(partly).toMatchObject({
    status: 'partially_refunded',
    amounts: { authorized: 30_000, captured: 30_000 },
  });
  await service.act(session, 'refund', { amount: 20_000 });
  const order = await service.until(session, hasStatus('refunded'));
  expect(order).toMatchObject({
    amounts: { captured: 30_000, refunded: 30_000 },
    findings: [],
    escalation: null,
  });
});

test('three hooks, a capture and a refund stay within 75 history events', async () => {
  const session = await service.openSession();
  await service.act(session, 'complete');
  await service.until(session, hasStatus('pending'));
  await service.act(session, 'approve');
  await service.until(session, hasStatus('placed'));
  await service.hook({ event: 'session_status', status: 'completed', sessionId: session });
  await service.act(session, 'capture');
  await service.until(session, hasStatus('captured'));
  await service.act(session, 'refund');
  await service.until(session, hasStatus('refunded'));
  expect((await service.events(session)).length).toBeLessThanOrEqual(75);
});

test('an order that a hook begins is told apart from one that a shop registered, until the shop does', async () => {
  const session = await service.openSession();
  await service.act(session, 'complete');
  const unregistered = await service.until(session, hasStatus('pending'));
  expect(unregistered.amounts).not.toHaveProperty('expected');
  expect((await service.register(session)).status).toBe(201);
  expect(await service.order(session)).toMatchObject({
    status: 'pending',
    reference: '1000123',
    amounts: { expected: 30_000 },
  });
});

test('captures and refunds that wait are not counted before they are approved', async () => {
  const session = await registered();
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.act(session, 'capture', { status: 'pending' });
  const waiting = await service.until(session, ({ amounts }) => amounts.capturePending === 30_000);
  expect(waiting).toMatchObject({ status: 'placed', amounts: { captured: 0 } });
  await service.act(session, 'settle_capture', { status: 'approved' });
  expect(await service.until(session, hasStatus('captured'))).toMatchObject({
    amounts: { captured: 30_000, capturePending: 0 },
  });
});

test('the Temporal UI shows status, money and why it waits', async () => {
  const session = await registered();
  await service.act(session, 'complete');
  await service.until(session, hasStatus('pending'));
  const handle = service.temporal.client.workflow.getHandle(`acme-se:${session}`);
  const description = await handle.describe();
  expect(description.searchAttributes).toMatchObject({
    OrderStatus: ['pending'],
    Provider: ['briqpay'],
    Account: ['acme-se'],
    Reference: ['1000123'],
    NeedsAttention: [false],
  });
  expect(await description.staticSummary()).toBe('briqpay deposit at acme-se');
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('# pending');
  expect(currentDetails).toContain('| Expected | 300.00 SEK |');
  expect(currentDetails).toMatch(/\*\*Next:\*\* recheck at \d{4}-/);
});

test('nothing that a scheduled read confirms is written down again', async () => {
  const session = await registered();
  await service.act(session, 'complete');
  await service.until(session, hasStatus('pending'));
  const count = async () =>
    (await service.events(session)).filter((name) => /PropertiesModified|UpsertWorkflowSearch/i.test(name))
      .length;
  const before = await count();
  const handle = service.temporal.client.workflow.getHandle(`acme-se:${session}`);
  const claim = { of: 'payment', status: 'pending' };
  await handle.signal('hint', { id: 'elsewhere', event: 'order_status', status: 'pending again', claim });
  expect((await service.timeline(session)).at(-1)).toMatchObject({ kind: 'hook', disposition: 'applied' });
  expect(await count()).toBe(before);
});

async function captureIds(session: string): Promise<string[]> {
  const { captures } = await service.control<{ captures: { captureId: string }[] }>(
    'GET',
    `/sessions/${session}`,
  );
  return captures.map(({ captureId }) => captureId);
}
