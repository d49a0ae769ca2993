import { createHmac, randomUUID } from 'node:crypto';
import type { Order } from '../../src/domain/order/view.ts';
import { payloadFor } from '../../src/providers/bridgerpay/hooks.ts';
import { hookToken, startService, type Answer, type Service } from '../support/service.ts';
import { fastForward } from '../support/temporal.ts';
import { until } from '../support/until.ts';

const secret = 'hush-hush-hush-hush';

let service: Service;
beforeAll(async () => {
  service = await startService({
    virtualTime: true,
    // The same providers, with hooks that prove who sent them.
    accounts: [
      `id: signed, provider: briqpay, username: sandbox, secret: sandbox-secret, hookToken: ${hookToken}, signingSecret: ${secret}`,
      `id: payload, provider: bridgerpay, username: sandbox, password: sandbox-password, apiKey: sandbox-api-key, hookToken: ${hookToken}, payloadSecret: ${secret}`,
    ],
  });
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

// The classes of faults in taking payment hooks that were published in 2026, by their names.

const approval = (sessionId: string) => ({
  event: 'order_status',
  status: 'order_approved_not_captured',
  sessionId,
});

/** A body signed as Briqpay signs it. */
function signatureOf(body: string, at = Date.now(), by = secret): Record<string, string> {
  const digest = createHmac('sha256', by).update(`${at}.${body}`).digest('base64');
  return { 'x-briq-signature': `t=${at},s1=${digest}` };
}

function send(account: string, body: string, headers: Record<string, string> = {}) {
  return service.call<{ order?: string }>('POST', `/hooks/${account}/${hookToken}`, body, headers);
}

const exists = async (id: string) =>
  (await service.call('GET', `/v1/orders/${encodeURIComponent(id)}`)).status === 200;

async function settled(id: string, isSo: (order: Order) => boolean): Promise<Order> {
  const { body } = await until<Answer<Order>>(
    () => service.call('GET', `/v1/orders/${encodeURIComponent(id)}`),
    ({ status, body: order }) => status === 200 && isSo(order),
  );
  return body;
}

async function sandboxOf(method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${service.sandbox.url}/sandbox/bridgerpay${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

/** A registered deposit of 22.96 EUR, which nobody has paid yet unless told otherwise. */
async function openDeposit({ account = 'acme-eu', isPaid = false } = {}) {
  const orderId = randomUUID();
  const id = `${account}:${orderId}`;
  await sandboxOf('POST', '/orders', { orderId, amount: '22.96', currency: 'EUR' });
  if (isPaid)
    await sandboxOf('POST', `/orders/${orderId}/actions`, {
      action: 'approve',
      transactionId: `tx-${orderId}`,
    });
  const expected = { amount: 2_296, currency: 'EUR' };
  await service.call('POST', '/v1/orders', { account, orderId, expected });
  if (isPaid) {
    await service.call('POST', `/v1/orders/${id}/recheck`);
    await settled(id, ({ status }) => status === 'captured');
  }
  return { orderId, id };
}

/** A notification of an approval; `charge` and `attributes` are what a forger changes. */
const approved = (orderId: string, charge: object = {}, attributes: object = {}, more: object = {}) =>
  JSON.stringify({
    webhook: { type: 'approved' },
    data: {
      order_id: orderId,
      charge: {
        id: `tx-${orderId}`,
        operation_type: 'deposit',
        attributes: { amount: 22.96, currency: 'EUR', ...attributes },
        ...charge,
      },
    },
    ...more,
  });

/** When the re-read ladder has ended. */
async function afterLadder(id: string): Promise<Order> {
  await settled(id, ({ verified }) => verified !== undefined);
  await fastForward(service.temporal.client, id, 7 * minute);
  return settled(id, () => true);
}

describe('unsigned accepted', () => {
  test('a hook without a signature is refused where hooks are signed, and starts nothing', async () => {
    const session = await service.openSession();
    const answer = await send('signed', JSON.stringify(approval(session)));
    expect(answer).toMatchObject({
      status: 400,
      body: { type: expect.stringContaining('invalid_signature') as string },
    });
    expect(await exists(`signed:${session}`)).toBe(false);
  });

  test('where hooks are not signed, one moves nothing that a read does not', async () => {
    const session = await paid('pending');
    const before = await service.reads(session);
    expect((await send('acme-se', JSON.stringify(approval(session)))).status).toBe(202);
    await service.forward(session, 7 * minute);
    expect((await service.order(session)).status).toBe('pending');
    expect(await service.reads(session)).toBeGreaterThan(before);
  });
});

describe('check that is always true', () => {
  test.each<[string, (body: string) => Record<string, string>]>([
    ['an empty signature', () => ({ 'x-briq-signature': '' })],
    ['a signature of nothing', () => ({ 'x-briq-signature': `t=${Date.now()},s1=` })],
    [
      'the beginning of the right one',
      (body) => ({ 'x-briq-signature': signatureOf(body)['x-briq-signature']!.slice(0, -30) }),
    ],
    ['one by an empty secret', (body) => signatureOf(body, Date.now(), '')],
    ['one by the word undefined', (body) => signatureOf(body, Date.now(), 'undefined')],
    ['the right one of another body', () => signatureOf('{}')],
    [
      'a time that is none',
      (body) => ({ 'x-briq-signature': signatureOf(body)['x-briq-signature']!.replace(/t=\d+/, 't=NaN') }),
    ],
  ])('%s is refused', async (_, headersFor) => {
    const session = await service.openSession();
    const body = JSON.stringify(approval(session));
    expect((await send('signed', body, headersFor(body))).status).toBe(400);
    expect(await exists(`signed:${session}`)).toBe(false);
    // The very same with its own signature is taken.
    expect((await send('signed', body, signatureOf(body))).status).toBe(202);
  });

  test.each<[string, unknown]>([
    ['true', true],
    ['a number', 1],
    ['an object', {}],
    ['a list of the right one', [payloadFor(secret, 'order')]],
    ['that of another order', payloadFor(secret, 'another')],
    ['the beginning of the right one', payloadFor(secret, 'order').slice(0, 20)],
  ])('a payload that is %s is refused', async (_, payload) => {
    const body = approved('order', {}, {}, { meta: { payload } });
    expect((await send('payload', body)).status).toBe(400);
    expect(await exists('payload:order')).toBe(false);
  });
});

describe('replay', () => {
  test('a signed hook of ten minutes ago is refused', async () => {
    const session = await service.openSession();
    const body = JSON.stringify(approval(session));
    expect((await send('signed', body, signatureOf(body, Date.now() - 10 * minute))).status).toBe(400);
    expect(await exists(`signed:${session}`)).toBe(false);
  });

  test('the approval, played again after the money went back, gives nothing back', async () => {
    const session = await paid('captured');
    await service.act(session, 'refund', { amount: 30_000 });
    const before = await service.until(session, ({ status }) => status === 'refunded');
    for (let copy = 0; copy < 3; copy += 1) await service.hook(approval(session));
    await service.forward(session, 7 * minute);
    const order = await service.order(session);
    expect(order).toMatchObject({ status: 'refunded', amounts: before.amounts, findings: [] });
    expect(order.sequence).toBe(before.sequence);
  });

  test('one refund, told ten times, is counted once', async () => {
    const { orderId, id } = await openDeposit({ isPaid: true });
    await sandboxOf('PUT', '/hook-url', { url: `${service.url}/hooks/acme-eu/${hookToken}` });
    await sandboxOf('PUT', `/orders/${orderId}/hooks-plan`, { copies: 10 });
    await sandboxOf('POST', `/orders/${orderId}/actions`, { action: 'refund', amount: '5.00' });
    await settled(id, ({ amounts }) => amounts.refunded !== undefined && amounts.refunded > 0);
    const order = await afterLadder(id);
    expect(order).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 500 } });
  });
});

describe("another order's paid session", () => {
  test('the transaction of a paid order proves nothing of one that nobody paid', async () => {
    const cheap = await openDeposit({ isPaid: true });
    const dear = await openDeposit();
    expect((await send('acme-eu', approved(dear.orderId, { id: `tx-${cheap.orderId}` }))).status).toBe(202);
    const order = await afterLadder(dear.id);
    expect(order).toMatchObject({ status: 'created', amounts: { captured: 0 } });
    expect(order.findings).toMatchObject([{ code: 'contradiction' }]);
  });

  test('an answer about the paid one, where the unpaid one was asked for, is discarded', async () => {
    const [cheap, dear] = [await paid('captured'), await paid('pending')];
    await service.control('PUT', `/sessions/${dear}/faults`, [
      { kind: 'other_session', sessionId: cheap, times: 'forever' },
    ]);
    await service.hook(approval(dear));
    const order = await service.until(dear, ({ findings }) => findings.length > 0);
    expect(order).toMatchObject({
      status: 'pending',
      amounts: { captured: 0 },
      findings: [{ code: 'foreign_session' }],
    });
  });
});

describe('amount swapped', () => {
  test.each([0.01, 2_296, '99999999', -22.96])(
    'the %j of a notification is not the amount of the order',
    async (amount) => {
      const { orderId, id } = await openDeposit({ isPaid: true });
      await send('acme-eu', approved(orderId, {}, { amount }));
      await service.call('POST', `/v1/orders/${id}/recheck`);
      const order = await afterLadder(id);
      expect(order).toMatchObject({
        status: 'captured',
        amounts: { authorized: 2_296, captured: 2_296 },
        findings: [],
      });
    },
  );

  test('less at the provider than was registered is told with both, and a person is asked', async () => {
    const session = await service.openSession({ amount: 100 });
    await service.register(session);
    await service.act(session, 'complete');
    await service.act(session, 'approve');
    const order = await service.until(session, ({ status }) => status === 'placed');
    expect(order).toMatchObject({
      findings: [{ code: 'amount_mismatch', detail: 'expected 300.00 SEK, provider says 1.00 SEK' }],
      escalation: { level: 1, reasons: ['amount_mismatch'] },
    });
  });
});

describe('currency swapped', () => {
  test.each(['JPY', 'XXX', 7])(
    'the %j of a notification is not the currency of the order',
    async (currency) => {
      const { orderId, id } = await openDeposit({ isPaid: true });
      await send('acme-eu', approved(orderId, {}, { currency }));
      await service.call('POST', `/v1/orders/${id}/recheck`);
      const order = await afterLadder(id);
      expect(order).toMatchObject({
        status: 'captured',
        amounts: { currency: 'EUR', captured: 2_296 },
        findings: [],
      });
    },
  );

  test('another one at the provider is not summed, and a person is asked', async () => {
    const session = await service.openSession({ currency: 'NOK' });
    await service.register(session);
    await service.act(session, 'complete');
    await service.act(session, 'approve');
    const order = await service.until(session, ({ findings }) => findings.length > 0);
    expect(order.amounts).toMatchObject({ currency: 'SEK', captured: 0 });
    expect(order.amounts).not.toHaveProperty('authorized');
    expect(order.escalation).toMatchObject({ level: 1, reasons: ['currency_mismatch'] });
  });
});

describe('guessed id', () => {
  test('of an order that is there: the answer says nothing of it, and is that for one that is not', async () => {
    const session = await paid('captured');
    const [known, unknown] = [
      await service.hook(approval(session)),
      await service.hook(approval(randomUUID())),
    ];
    expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body));
    expect([known.status, unknown.status]).toEqual([202, 202]);
  });

  test('of an account: a wrong token is the same 404 for one that is there', async () => {
    const session = await paid('pending');
    const body = JSON.stringify(approval(session));
    const wrong = (account: string) => service.call('POST', `/hooks/${account}/guessed`, body);
    const [there, nowhere] = [await wrong('acme-se'), await wrong('acme-xx')];
    expect([there.status, nowhere.status]).toEqual([404, 404]);
    expect(there.body).toEqual(nowhere.body);
    expect((await service.order(session)).status).toBe('pending');
  });

  test('of a capture or refund: money of nobody', async () => {
    const session = await paid('captured');
    await service.hook({ event: 'refund_status', status: 'approved', refundId: '1', sessionId: session });
    await service.hook({ event: 'capture_status', status: 'rejected', captureId: '1', sessionId: session });
    await service.forward(session, 7 * minute);
    expect(await service.order(session)).toMatchObject({
      status: 'captured',
      amounts: { captured: 30_000, refunded: 0 },
    });
  });
});

describe('effects on GET', () => {
  test('a query that says paid brings a read, and moves nothing', async () => {
    const session = await paid('pending');
    const query = new URLSearchParams(approval(session)).toString();
    const answer = await service.call('GET', `/hooks/acme-se/${hookToken}?${query}`);
    expect(answer.status).toBe(202);
    await service.forward(session, 7 * minute);
    expect(await service.order(session)).toMatchObject({ status: 'pending', amounts: { captured: 0 } });
  });

  test('where hooks are signed, a query is refused, since none can be', async () => {
    const session = await service.openSession();
    const query = new URLSearchParams(approval(session)).toString();
    const answer = await service.call('GET', `/hooks/signed/${hookToken}?${query}`);
    expect([400, 405]).toContain(answer.status);
    expect(await exists(`signed:${session}`)).toBe(false);
  });

  test.each(['recheck', 'escalation/resolve', 'escalation/acknowledge', 'notes'])(
    'GET of what a POST does is not there: %s',
    async (what) => {
      const session = await paid('pending');
      const [before, lines] = [await service.reads(session), await service.timeline(session)];
      const answer = await service.call('GET', `/v1/orders/acme-se:${session}/${what}`);
      expect([404, 405]).toContain(answer.status);
      expect(await service.reads(session)).toBe(before);
      expect(await service.timeline(session)).toEqual(lines);
    },
  );
});

describe('body read twice', () => {
  test('what is signed is the text that was sent, whatever it looks like', async () => {
    const session = await service.openSession();
    const body = `{ "note":\t"Gr\\u00f6\\u00dfe 42",\n "sessionId" : "${session}" , "status":"order_pending","event":"order_status"}`;
    expect((await send('signed', body, signatureOf(body))).status).toBe(202);
    const same = JSON.stringify(JSON.parse(body));
    expect((await send('signed', same, signatureOf(body))).status).toBe(400);
  });

  test('a key that is there twice is one for the check and for the order', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    const data = (orderId: string) => `"data":{"order_id":"${orderId}","charge":{"id":"t"}}`;
    const body = (first: string, last: string, payload: string) =>
      `{"webhook":{"type":"approved"},${data(first)},${data(last)},"meta":{"payload":"${payload}"}}`;
    expect((await send('payload', body(mine, theirs, payloadFor(secret, mine)))).status).toBe(400);
    expect([await exists(`payload:${mine}`), await exists(`payload:${theirs}`)]).toEqual([false, false]);
    const taken = await send('payload', body(theirs, mine, payloadFor(secret, mine)));
    expect(taken).toMatchObject({ status: 202, body: { order: `payload:${mine}` } });
  });

  test('digits that a number cannot hold lead to the order that they name', async () => {
    const digits = '1000000000000000001';
    const body = approved('#').replace('"order_id":"#"', `"order_id":${digits}`);
    const answer = await send('acme-eu', body);
    // Exactly that order, or none: never the one beside it.
    expect(answer.body.order ?? `acme-eu:${digits}`).toBe(`acme-eu:${digits}`);
    expect(await exists('acme-eu:1000000000000000000')).toBe(false);
  });
});
