import type { Order, TimelineView } from '../../src/domain/order/view.ts';
import { canaries } from '../../sandbox/bridgerpay/canaries.ts';
import { hookToken, startService, type Service } from '../support/service.ts';
import { fastForward } from '../support/temporal.ts';
import { until } from '../support/until.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ virtualTime: true });
  await control('PUT', '/hook-url', { url: `${service.url}/hooks/acme-eu/${hookToken}` });
});
afterAll(() => service.stop());

const minute = 60_000;
let count = 0;

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

/** An order at the sandbox, and what the service knows of it. */
async function open(settings: Record<string, unknown> = {}) {
  const orderId = `order-${(count += 1)}/ü`;
  const kind = settings['kind'] ?? 'deposit';
  const path = `/orders/${encodeURIComponent(orderId)}${kind === 'payout' ? '?kind=payout' : ''}`;
  const id = `acme-eu:${kind === 'payout' ? 'payout:' : ''}${encodeURIComponent(orderId)}`;
  await control('POST', '/orders', { orderId, amount: '22.96', currency: 'EUR', ...settings });
  const api = `/v1/orders/${encodeURIComponent(id)}`;
  const order = {
    id,
    orderId,
    act: (action: string, more: Record<string, unknown> = {}) =>
      control(
        'POST',
        `/orders/${encodeURIComponent(orderId)}/actions${kind === 'payout' ? '?kind=payout' : ''}`,
        { action, ...more },
      ),
    control: (method: string, rest: string, body?: unknown) =>
      control(method, path.replace(/(\?|$)/, `${rest}$1`), body),
    read: async () => (await service.call('GET', api)).body,
    timeline: async () => (await service.call<TimelineView>('GET', `${api}/timeline`)).body.entries,
    register: (amount = 2_296) =>
      service.call('POST', '/v1/orders', {
        account: 'acme-eu',
        orderId,
        kind,
        expected: { amount, currency: 'EUR' },
      }),
    recheck: () => service.call('POST', `${api}/recheck`),
    forward: (ms: number) => fastForward(service.temporal.client, id, ms),
    async until(isSo: (order: Order) => boolean): Promise<Order> {
      const { body } = await until(
        () => service.call('GET', api),
        ({ status, body: now }) => status === 200 && isSo(now),
      );
      return body;
    },
    /** Waits until the timeline has a hook of this type that a read has answered. */
    async heard(type: string): Promise<void> {
      await until(order.timeline, (entries) => {
        const at = entries?.findIndex(({ kind, summary }) => kind === 'hook' && summary === type) ?? -1;
        return at >= 0 && entries.slice(at).some(({ kind }) => kind === 'read');
      });
    },
  };
  return order;
}

const has =
  (status: string) =>
  (order: Order): boolean =>
    order.status === status;

/** What must not depend on how the notifications came. */
function essence({ status, amounts, findings, kind }: Order) {
  return {
    kind,
    status,
    amounts,
    findings: findings.map(({ code, detail }) => `${code}: ${detail.replace(/: \S+$/, '')}`).toSorted(),
  };
}

const money = {
  currency: 'EUR',
  authorized: 2_296,
  captured: 2_296,
  capturePending: 0,
  refundPending: 0,
  cancelled: 0,
};

const stories = [
  ['approved', [['init'], ['approve'], ['close']], 'captured', { ...money, refunded: 0 }],
  ['declined', [['init'], ['decline'], ['close']], 'rejected', undefined],
  [
    'declined, then approved',
    [['init'], ['decline'], ['new_attempt'], ['approve'], ['close']],
    'captured',
    { ...money, refunded: 0 },
  ],
  [
    'partly refunded',
    [['init'], ['approve'], ['close'], ['refund', { amount: '5.00' }]],
    'partially_refunded',
    { ...money, refunded: 500 },
  ],
  [
    'two partial refunds of one amount',
    [['init'], ['approve'], ['close'], ['refund', { amount: '5.00' }], ['refund', { amount: '5.00' }]],
    'partially_refunded',
    { ...money, refunded: 1_000 },
  ],
  ['refunded', [['init'], ['approve'], ['close'], ['refund']], 'refunded', { ...money, refunded: 2_296 }],
  [
    'refunded after a part',
    [['init'], ['approve'], ['close'], ['refund', { amount: '5.00' }], ['refund']],
    'refunded',
    { ...money, refunded: 2_296 },
  ],
] as const;

const plans = [
  ['in order', {}],
  ['shuffled', { order: 'shuffled', holdMs: 150 }],
  ['reversed', { order: 'reversed', holdMs: 150 }],
  ['each five times', { copies: 5, concurrency: 5 }],
  ['five times, shuffled', { order: 'shuffled', holdMs: 150, copies: 5 }],
] as const;

describe.each(['credit_card', 'apm'] as const)('deposits by %s', (method) => {
  test.each(stories)(
    '%s: the same order however the notifications come',
    async (_, acts, status, amounts) => {
      const orders = await Promise.all(
        plans.map(async ([, hooksPlan]) => {
          const order = await open({ method, hooksPlan });
          for (const [action, more] of acts) await order.act(action, more ?? {});
          return order;
        }),
      );
      const ends = await Promise.all(
        orders.map((order) =>
          order.until(
            (now) =>
              now.status === status && (amounts === undefined || now.amounts.refunded === amounts.refunded),
          ),
        ),
      );
      for (const end of ends) expect(essence(end)).toEqual(essence(ends[0]!));
      if (amounts) expect(ends[0]!.amounts).toEqual(amounts);
      expect(ends[0]!.escalation).toBeNull();
    },
  );
});

test.each([
  ['approve', 'paid_out'],
  ['decline', 'rejected'],
])('a payout: %s', async (action, status) => {
  for (const [, hooksPlan] of plans) {
    const order = await open({ kind: 'payout', hooksPlan });
    await order.act('pay');
    await order.act(action);
    expect(await order.until(has(status))).toMatchObject({ kind: 'payout', findings: [] });
  }
});

test('a payout and a deposit of one order id are two orders', async () => {
  const deposit = await open();
  await control('POST', '/orders', {
    orderId: deposit.orderId,
    kind: 'payout',
    amount: '22.96',
    currency: 'EUR',
  });
  await deposit.act('approve');
  await deposit.until(has('captured'));
  const payout = await service.call(
    'GET',
    `/v1/orders/${encodeURIComponent(`acme-eu:payout:${encodeURIComponent(deposit.orderId)}`)}`,
  );
  expect(payout.status).toBe(404);
});

test('a forged approval of an unpaid order moves nothing', async () => {
  const order = await open();
  await order.register();
  await order.act('init');
  await order.control('POST', '/hooks', { type: 'approved' });
  await order.heard('approved');
  await order.forward(7 * minute);
  const now = await order.read();
  expect(now).toMatchObject({
    status: 'created',
    amounts: { captured: 0 },
    findings: [{ code: 'contradiction' }],
  });
});

test('a refund of a payment that nothing proves does not count', async () => {
  const order = await open();
  await order.act('approve');
  await order.until(has('captured'));
  const overrides = { data: { charge: { id: 'elsewhere', psp_order_id: 'elsewhere' } } };
  await order.control('POST', '/hooks', { type: 'refunded', overrides });
  await order.heard('refunded');
  await order.forward(7 * minute);
  expect(await order.read()).toMatchObject({
    status: 'captured',
    amounts: { refunded: 0 },
    findings: [{ code: 'refund_claimed' }],
  });
});

test('refunds that pass what was taken do not count', async () => {
  const order = await open();
  await order.act('approve');
  await order.until(has('captured'));
  await order.act('refund', { amount: '20.00' });
  await order.until(has('partially_refunded'));
  const overrides = { data: { charge: { refund_id: 'another', attributes: { amount: -20 } } } };
  await order.control('POST', '/hooks', { type: 'partly_refunded', overrides });
  await order.heard('partly_refunded');
  await order.forward(7 * minute);
  expect((await order.read()).amounts.refunded).toBe(2_000);
});

test('less than asked is on hold, not paid', async () => {
  const order = await open();
  await order.register();
  await order.act('hold', { amount: '20.00' });
  const now = await order.until(has('pending'));
  expect(now.findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['amount_mismatch', 'on_hold']),
  );
  expect(now.amounts).toMatchObject({ captured: 0 });
});

test('approved for less than asked is told with both amounts', async () => {
  const order = await open();
  await order.register();
  await order.act('approve', { amount: '20.00' });
  const now = await order.until(has('captured'));
  expect(now.findings).toMatchObject([
    { code: 'amount_mismatch', detail: 'expected 22.96 EUR, provider says 20.00 EUR' },
  ]);
});

test('two charges approved for one order are a double payment', async () => {
  const order = await open();
  await order.register();
  await order.act('approve');
  await order.until(has('captured'));
  await order.act('new_attempt');
  await order.act('approve');
  const now = await order.until(({ findings }) => findings.some(({ code }) => code === 'double_payment'));
  expect(now.amounts.captured).toBe(4_592);
});

test('an authorization that is released again', async () => {
  const order = await open();
  await order.act('authorize');
  await order.until(has('placed'));
  await order.act('void');
  expect(await order.until(has('cancelled'))).toMatchObject({
    amounts: { captured: 0, cancelled: 2_296 },
    findings: [],
  });
});

test('a close never cancels a paid order, and an unpaid one expires an hour after it', async () => {
  const unpaid = await open();
  await unpaid.act('init');
  await unpaid.act('close');
  await unpaid.heard('cashier.session.close');
  await unpaid.forward(70 * minute);
  expect(await unpaid.read()).toMatchObject({ status: 'expired', findings: [], escalation: null });

  const paid = await open();
  await paid.act('approve');
  await paid.act('close');
  await paid.until(has('captured'));
  await paid.forward(70 * minute);
  expect((await paid.read()).status).toBe('captured');
});

test.each([
  ['JPY', '2000', 2_000],
  ['KWD', '22.961', 22_961],
])('%s has its own number of decimals', async (currency, amount, minor) => {
  const order = await open({ currency, amount });
  await order.act('approve');
  expect((await order.until(has('captured'))).amounts).toMatchObject({ currency, captured: minor });
});

test('an amount that does not fit its currency is told, never rounded', async () => {
  const order = await open();
  await order.control('PUT', '/faults', [{ kind: 'amount', value: '19.999', times: 'forever' }]);
  await order.act('approve');
  const now = await order.until(({ findings }) => findings.length > 0);
  expect(now.amounts).not.toHaveProperty('captured');
  expect(now.findings.map(({ code }) => code)).toContain('unreadable_entry');
});

test('a revoked token costs one more login and nothing else', async () => {
  const order = await open();
  await order.control('PUT', '/faults', [{ kind: 'revoked_token' }]);
  await order.act('approve');
  expect(await order.until(has('captured'))).toMatchObject({ verified: { attempts: 1 } });
});

test('nothing of card or payer is in history, memo, search attributes, timeline or logs', async () => {
  const order = await open({ payload: 'canary-payload' });
  await order.act('init');
  await order.act('approve');
  await order.until(has('captured'));
  await order.act('refund', { amount: '5.00' });
  await order.until(has('partially_refunded'));
  const handle = service.temporal.client.workflow.getHandle(order.id);
  const everything = JSON.stringify(
    [await handle.fetchHistory(), (await handle.describe()).raw, await order.timeline(), service.logs],
    (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : (value as unknown)),
  ).toLowerCase();
  for (const canary of [...canaries, 'canary-payload', 'sandbox-password', 'sandbox-api-key', hookToken]) {
    expect(everything).not.toContain(canary.toLowerCase());
  }
});
