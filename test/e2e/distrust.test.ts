import { startService, type Service } from '../support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ virtualTime: true });
});
afterAll(() => service.stop());

const minute = 60_000;

async function paid(until: 'pending' | 'placed' | 'captured'): Promise<string> {
  const session = await service.openSession();
  await service.register(session);
  await service.act(session, 'complete');
  if (until !== 'pending') await service.act(session, 'approve');
  if (until === 'captured') await service.act(session, 'capture');
  await service.until(session, ({ status }) => status === until);
  return session;
}

async function dispositions(session: string): Promise<(string | undefined)[]> {
  return (await service.timeline(session))
    .filter(({ kind }) => kind === 'hook')
    .map(({ disposition }) => disposition);
}

test('a forged approval leaves the order pending, with a contradiction that a person hears of', async () => {
  const session = await paid('pending');
  const before = await service.reads(session);
  await service.hook({ event: 'order_status', status: 'order_approved_not_captured', sessionId: session });
  await service.forward(session, 7 * minute);
  const order = await service.order(session);
  expect(order.status).toBe('pending');
  expect(order.findings).toMatchObject([{ code: 'contradiction' }]);
  expect((await dispositions(session)).at(-1)).toBe('contradicted');
  // The ladder's four reads after the first, and the rechecks of those minutes.
  expect((await service.reads(session)) - before).toBeLessThanOrEqual(8);
  await service.forward(session, 20 * minute);
  expect((await service.order(session)).escalation?.reasons).toContain('contradiction');
});

test.each([
  ['refunded', { event: 'refund_status', status: 'approved', refundId: 'forged' }],
  ['cancelled', { event: 'order_status', status: 'order_cancelled' }],
  ['rejected', { event: 'order_status', status: 'order_rejected' }],
  ['captured twice', { event: 'capture_status', status: 'approved', captureId: 'forged' }],
])('a forged "%s" has no effect on captured money', async (_, hook) => {
  const session = await paid('captured');
  await service.hook({ ...hook, sessionId: session });
  await service.forward(session, 7 * minute);
  expect(await service.order(session)).toMatchObject({
    status: 'captured',
    amounts: { captured: 30_000, refunded: 0, cancelled: 0 },
    findings: [{ code: 'contradiction' }],
  });
});

test('a read that lags is read again, and the hook applies in the end', async () => {
  const session = await paid('pending');
  await service.control('PUT', `/sessions/${session}/faults`, [{ kind: 'stale', reads: 1 }]);
  await service.act(session, 'approve');
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order.findings).toEqual([]);
  expect((await service.timeline(session)).map(({ summary }) => summary)).toContain(
    'read (a hook claims more than the last read): placed',
  );
});

test('a session that the provider does not know ends quietly', async () => {
  const session = 'aaaaaaaa-0000-4000-8000-000000000001';
  const { body } = await service.hook({
    event: 'order_status',
    status: 'order_approved_not_captured',
    sessionId: session,
  });
  expect(body.order).toBe(`acme-se:${session}`);
  await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
  await service.forward(session, 8 * minute);
  const order = await service.order(session);
  expect(order).toMatchObject({ status: 'expired', sequence: 0, escalation: null, unverifiedSince: null });
  expect(order.findings).toMatchObject([{ code: 'foreign_session' }]);
  expect(await dispositions(session)).toEqual(['unmatched']);
  await service.forward(session, 8 * minute).catch(() => undefined);
  const { status } = await service.temporal.client.workflow.getHandle(`acme-se:${session}`).describe();
  expect(status.name).toBe('COMPLETED');
});

test('a registered session that the provider does not know is unverified and escalates; it is no cancel', async () => {
  const session = 'aaaaaaaa-0000-4000-8000-000000000002';
  await service.register(session);
  await service.hook({ event: 'order_status', status: 'order_pending', sessionId: session });
  await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
  await service.forward(session, 20 * minute);
  expect(await service.order(session)).toMatchObject({
    status: 'created',
    escalation: { reasons: ['unverified'] },
  });
});

test('an answer about another session is discarded', async () => {
  const session = await paid('pending');
  await service.act(session, 'approve', { hooks: false });
  await service.control('PUT', `/sessions/${session}/faults`, [{ kind: 'other_session', times: 100 }]);
  await service.hook({ event: 'order_status', status: 'order_approved_not_captured', sessionId: session });
  const order = await service.until(session, ({ findings }) => findings.length > 0);
  expect(order).toMatchObject({ status: 'pending', findings: [{ code: 'foreign_session' }] });
  expect(order.unverifiedSince).not.toBeNull();
});

test.each([
  ['one unit short', { amount: 29_999 }, 'amount_mismatch', 'expected 300.00 SEK, provider says 299.99 SEK'],
  [
    'a hundred times too much',
    { amount: 3_000_000 },
    'amount_mismatch',
    'expected 300.00 SEK, provider says 30000.00 SEK',
  ],
  ['another currency', { currency: 'NOK' }, 'currency_mismatch', 'order is in SEK, provider says NOK'],
])('paid %s: a finding that needs attention', async (_, settings, code, detail) => {
  const session = await service.openSession(settings);
  await service.register(session);
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order.findings).toMatchObject([{ code, detail }]);
  const { searchAttributes } = await service.temporal.client.workflow
    .getHandle(`acme-se:${session}`)
    .describe();
  expect(searchAttributes).toMatchObject({ NeedsAttention: [true] });
});

test('more captured than authorized is recorded and escalates', async () => {
  const session = await paid('captured');
  await service.act(session, 'capture', { amount: 100 });
  const order = await service.until(session, ({ amounts }) => amounts.captured === 30_100);
  expect(order.findings).toMatchObject([
    { code: 'over_captured', detail: 'captured 301.00 SEK, authorized 300.00 SEK' },
  ]);
  await service.forward(session, 20 * minute);
  expect((await service.order(session)).escalation?.reasons).toEqual(['over_captured']);
});

test('a word that nobody knows moves nothing and is told', async () => {
  const session = await paid('pending');
  await service.control('PUT', `/sessions/${session}/faults`, [
    { kind: 'order_status', value: 'order_teleported', times: 1 },
  ]);
  await service.call('POST', `/v1/orders/acme-se:${session}/recheck`);
  const order = await service.until(session, ({ findings }) => findings.length > 0);
  expect(order).toMatchObject({
    status: 'pending',
    findings: [{ code: 'unknown_status', detail: 'not understood: order_teleported' }],
  });
});

test('a review is told of and holds nothing back that the provider says', async () => {
  const session = await paid('pending');
  await service.act(session, 'review');
  await service.act(session, 'approve');
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order.findings).toMatchObject([{ code: 'on_hold' }]);
});

test('no personal data, token or secret of a session gets into history, memo, search attributes or logs', async () => {
  const session = await paid('captured');
  const handle = service.temporal.client.workflow.getHandle(`acme-se:${session}`);
  const everything = JSON.stringify(
    [await handle.fetchHistory(), (await handle.describe()).raw, service.logs],
    (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : (value as unknown)),
  );
  const whole = await fetch(`${service.sandbox.url}/v3/session/${session}`, {
    headers: { authorization: `Basic ${Buffer.from('sandbox:sandbox-secret').toString('base64')}` },
  }).then((response) => response.text());
  const canaries = [...new Set(whole.match(/canary[\w.@+-]*/gi) ?? [])];
  expect(canaries.length).toBeGreaterThan(3);
  for (const canary of [...canaries, 'hook-token', 'sandbox-secret'])
    expect(everything).not.toContain(canary);
});
