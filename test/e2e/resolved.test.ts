import { randomUUID } from 'node:crypto';
import type { Order } from '../../src/domain/order/view.ts';
import { searchAttributes } from '../../src/workflows/contract/search-attributes.ts';
import { expectProblem } from '../support/problems.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let service: Service;
beforeAll(async () => {
  service = await startService({ virtualTime: true });
});
afterAll(() => service.stop());

interface List {
  readonly escalations: readonly Order[];
  readonly counts: { readonly total: number };
}

const pathOf = (session: string) => `/v1/orders/${orderIdOf(session)}`;
const listed = async (filter = '') =>
  (await service.call<List>('GET', `/v1/escalations?${filter}`)).body.escalations.map(({ id }) => id);
const personLines = async (session: string) =>
  (await service.timeline(session)).filter(({ kind }) => kind === 'person').map(({ summary }) => summary);

function decide(session: string, verb: string, reason: string, key: string = randomUUID()) {
  const headers = { 'idempotency-key': key };
  return service.call<Order & { stillHolding?: unknown }>(
    'POST',
    `${pathOf(session)}/escalation/${verb}`,
    { by: 'ada', reason },
    headers,
  );
}

function note(session: string, body: object, key: string = randomUUID()) {
  const whole = { code: 'chargeback', by: 'ada', text: 'a letter of the bank', ...body };
  return service.call('POST', `${pathOf(session)}/notes`, whole, { 'idempotency-key': key });
}

/** The attributes by which visibility finds an escalation. */
async function shown(session: string) {
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  const { typedSearchAttributes: found } = await handle.describe();
  return {
    isEscalated: found.get(searchAttributes.EscalatedAt) !== undefined,
    level: found.get(searchAttributes.EscalationLevel),
    reason: found.get(searchAttributes.EscalationReason),
    state: found.get(searchAttributes.EscalationState),
    needsAttention: found.get(searchAttributes.NeedsAttention),
  };
}

async function stuckOrder(): Promise<string> {
  const session = await service.pendingOrder();
  await service.forward(session, 16 * minute);
  return session;
}

async function placedOrder(): Promise<string> {
  const session = await service.pendingOrder();
  await service.act(session, 'approve');
  await service.until(session, ({ status }) => status === 'placed');
  return session;
}

test('what a person resolved and still holds is not open, has a list of its own, and can be reopened', async () => {
  const session = await stuckOrder();
  const id = orderIdOf(session);
  await until(listed, (ids) => ids.includes(id));

  const key = randomUUID();
  const resolved = await decide(session, 'resolve', 'the shopper has called', key);
  expect(resolved).toMatchObject({
    status: 200,
    body: {
      stillHolding: [{ code: 'pending', subject: expect.any(String) }],
      escalation: {
        state: 'resolved',
        reasons: ['pending'],
        nextLevelAt: null,
        resolved: { by: 'ada', at: expect.stringMatching(/Z$/), reason: 'the shopper has called' },
      },
    },
  });
  expect((await decide(session, 'resolve', 'the shopper has called', key)).body).toEqual(resolved.body);
  expect(await shown(session)).toEqual({
    isEscalated: false,
    level: undefined,
    reason: 'pending',
    state: 'resolved',
    needsAttention: false,
  });
  await until(
    () => listed('state=resolved'),
    (ids) => ids.includes(id),
  );
  expect(await listed('state=resolved&reason=pending')).toEqual([id]);
  expect(await listed()).not.toContain(id);
  expect(await listed('state=open')).not.toContain(id);
  const { body: escalated } = await service.call<{ orders: Order[] }>('GET', '/v1/orders?escalated=true');
  expect(escalated.orders.map((order) => order.id)).not.toContain(id);

  const again = randomUUID();
  const reopened = await decide(session, 'reopen', 'the goods have left', again);
  expect(reopened).toMatchObject({
    status: 200,
    body: { escalation: { level: 1, state: 'open', reasons: ['pending'] } },
  });
  expect(reopened.body.escalation).not.toHaveProperty('resolved');
  expect((await decide(session, 'reopen', 'the goods have left', again)).body).toEqual(reopened.body);
  expectProblem(await decide(session, 'reopen', 'another', again), 422, 'key_reused');
  expectProblem(await decide(session, 'reopen', 'nothing is resolved'), 409, 'no_escalation');
  await until(listed, (ids) => ids.includes(id));
  expect(await listed('state=resolved')).toEqual([]);
  expect(await personLines(session)).toEqual([
    'ada resolved the escalation: the shopper has called',
    'ada reopened the escalation: the goods have left',
  ]);
  await decide(session, 'resolve', 'over');
});

test('a noted chargeback is a reason at once, until a person resolves it', async () => {
  const session = await placedOrder();
  const key = randomUUID();
  const first = await note(session, { amount: 30_000, currency: 'SEK' }, key);
  expect(first).toMatchObject({
    status: 200,
    body: { status: 'placed', escalation: { level: 1, reasons: ['chargeback'], state: 'open' } },
  });
  expect((await note(session, { amount: 30_000, currency: 'SEK' }, key)).body).toEqual(first.body);
  expectProblem(await note(session, { amount: 29_000, currency: 'SEK' }, key), 422, 'key_reused');
  expect(await personLines(session)).toEqual(['ada noted a chargeback of 300.00 SEK: a letter of the bank']);
  const { body } = await decide(session, 'resolve', 'we have answered it');
  expect(body).toMatchObject({ escalation: null, stillHolding: [] });
});

test.each([
  { amount: 500 },
  { currency: 'SEK' },
  { amount: 0, currency: 'SEK' },
  { amount: 1.5, currency: 'SEK' },
  { amount: 500, currency: 'SWK' },
  { code: 'refund' },
  { text: '' },
  { text: 'a\u0007b' },
  { by: 'x'.repeat(65) },
  { more: true },
])('a note with %j is 400', async (odd) => {
  expectProblem(await note('any', odd), 400, 'invalid_request');
});

test('a chargeback that comes after the order closed opens it again, and holds it open', async () => {
  const session = await service.pendingOrder();
  await service.act(session, 'reject');
  await service.until(session, ({ status }) => status === 'rejected');
  await service.forward(session, 8 * day).catch(() => undefined);
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  expect((await handle.describe()).status.name).toBe('COMPLETED');
  const before = await service.order(session);

  const noted = await note(session, {});
  expect(noted).toMatchObject({
    status: 200,
    body: {
      reference: before.reference,
      createdAt: before.createdAt,
      escalation: { reasons: ['chargeback'] },
    },
  });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(await personLines(session)).toEqual(['ada noted a chargeback: a letter of the bank']);
});
