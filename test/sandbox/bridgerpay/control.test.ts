import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay();
});
afterEach(() => harness.close());

describe('orders', () => {
  test('one is made from nothing at all', async () => {
    const { status, body } = await harness.control('POST', '/orders');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      orderId: expect.stringMatching(/^order-/),
      kind: 'deposit',
      method: 'credit_card',
      status: null,
      amount: 2_296,
      currency: 'EUR',
      attempts: [],
      ids: { cashierSessionId: expect.any(String) },
    });
  });

  test.each([
    [{ amount: 9_995 }, 9_995],
    [{ amount: '99.95' }, 9_995],
    [{ amount: '99.9500' }, 9_995],
    [{ amount: '2000', currency: 'JPY' }, 2_000],
    [{ amount: 2_000, currency: 'JPY' }, 2_000],
    [{ amount: '1.234', currency: 'KWD' }, 1_234],
  ])('an amount is minor units, or a decimal in words: %j', async (given, amount) => {
    expect((await harness.control('POST', '/orders', given)).body.amount).toBe(amount);
  });

  test('the control view adds what was scripted and what a read shows', async () => {
    const id = await harness.order({ payload: 'secret', faults: [{ kind: 'html' }] });
    await harness.act(id, 'approve');
    const { deposit, payload, ...rest } = (await harness.control('GET', `/orders/${id}`)).body;
    expect(payload).toBe('secret');
    expect(deposit).toMatchObject({ merchant_order_id: id, status: 'approved', amount: '22.96' });
    expect(rest).toMatchObject({
      faults: [{ kind: 'html' }],
      behaviour: { allowRefunds: true },
      hookUrl: harness.receiver.url,
    });
    expect(JSON.stringify(rest)).not.toMatch(/canary|secret/i);
  });

  test('the newest come first', async () => {
    const [first, second] = [await harness.order(), await harness.order({ kind: 'payout' })];
    const { orders } = (await harness.control('GET', '/orders')).body;
    expect(orders.map(({ orderId }: Json) => orderId)).toEqual([second, first]);
  });

  test.each([
    [{ amount: 1.5 }, 'body.amount'],
    [{ amount: -1 }, 'body.amount'],
    [{ amount: '99.955' }, 'body.amount'],
    [{ amount: '1e3' }, 'body.amount'],
    [{ currency: 'euro' }, 'body.currency'],
    [{ orderId: '' }, 'body.orderId'],
    [{ orderId: '..' }, 'body.orderId'],
    [{ kind: 'loan' }, 'body.kind'],
    [{ method: 'shells' }, 'body.method'],
    [{ hookUrl: 'ftp://shop.test' }, 'body.hookUrl'],
    [{ script: [{ afterMs: 1, action: 'explode' }] }, 'body.script.0'],
    [{ surprise: true }, 'surprise'],
  ])('refuses %j', async (given, where) => {
    const { status, body } = await harness.control('POST', '/orders', given);
    expect([status, body.error.code]).toEqual([400, 'INVALID_DATA']);
    expect(body.error.message).toContain(where);
  });

  test.each([
    ['GET', ''],
    ['POST', '/actions'],
    ['POST', '/script'],
    ['PUT', '/faults'],
    ['DELETE', '/faults'],
    ['PUT', '/hooks-plan'],
    ['DELETE', '/hooks-plan'],
    ['PUT', '/behaviour'],
  ])('%s %s of an unknown order is 404', async (method, path) => {
    const { status, body } = await harness.control(method, `/orders/nobody${path}`);
    expect([status, body.error.code]).toEqual([404, 'ORDER_NOT_FOUND']);
  });
});

describe('any text is an order id', () => {
  const texts = [
    'a/b//c',
    '../../x',
    'a?b=c&d',
    'a#b',
    '100 %',
    '%2F',
    '%2e%2e%2f',
    '%zz',
    'a+b c',
    'a;b:c',
    'a\\b',
    `'"<i>`,
    'Ånger 漢字 🍕',
    'deposit:1',
    '__proto__',
    ' padded ',
    'x'.repeat(1000),
  ].map((orderId) => [orderId.slice(0, 40), orderId] as const);

  test.each(texts)('%s', async (_name, orderId) => {
    expect(await harness.order({ orderId })).toBe(orderId);
    await harness.act(orderId, 'approve');
    expect((await harness.deposit(orderId)).body.result.deposit.merchant_order_id).toBe(orderId);
    const [hook] = await harness.told(1);
    expect(hook.data.order_id).toBe(orderId);
    await harness.settled(orderId);
    const { reads, deliveries, actions } = await harness.ledger(orderId);
    expect([reads, deliveries, actions].map((entries) => entries.length)).toEqual([1, 1, 1]);
    expect([reads[0].orderId, deliveries[0].orderId]).toEqual([orderId, orderId]);
  });

  test.each(texts)('of a payout: %s', async (_name, orderId) => {
    await harness.order({ orderId, kind: 'payout' });
    await harness.act(orderId, 'approve');
    expect((await harness.payouts(orderId)).body.result[0]).toMatchObject({
      merchant_order_id: orderId,
      status: 'Approved',
    });
  });
});

describe('scripts', () => {
  const story = ['init', 'approve', 'close'].map((action, index) => ({ afterMs: index * 5, action }));
  const told = ['cashier.session.init', 'approved', 'cashier.session.close'];

  test("one runs by itself from the order's start", async () => {
    await harness.order({ script: story });
    await harness.receiver.until(3);
    expect(harness.types()).toEqual(told);
  });

  test('one can be given later', async () => {
    const id = await harness.order();
    const { status, body } = await harness.control('POST', `/orders/${id}/script`, story);
    expect([status, body]).toEqual([202, { steps: 3 }]);
    await harness.receiver.until(3);
  });

  test("one can be every order's, those of the provider's API included", async () => {
    await harness.control('PUT', '/behaviour', { script: story });
    const session = { cashier_key: 'sandbox-cashier-key', order_id: 'x', currency: 'EUR', country: 'BE' };
    await harness.api('POST', '/cashier/session/create/sandbox-api-key', session);
    await harness.receiver.until(3);
    expect(harness.types()).toEqual(told);
  });

  test('a step that is refused is in the ledger, and the others run', async () => {
    const script = [
      { afterMs: 0, action: 'refund' },
      { afterMs: 1, action: 'approve' },
    ];
    const id = await harness.order({ script });
    await harness.receiver.until(1);
    expect((await harness.ledger(id)).actions).toEqual([
      expect.objectContaining({ action: 'refund', by: 'script', error: expect.stringContaining('no paid') }),
      expect.objectContaining({ action: 'approve', by: 'script', kind: 'deposit', orderId: id }),
    ]);
  });
});

describe('behaviour', () => {
  test('of all is that of orders made from now on', async () => {
    const before = await harness.order();
    await harness.control('PUT', '/behaviour', { depositSource: 'Mpi' });
    const after = await harness.order();
    const sourceOf = async (id: string) =>
      (await harness.control('GET', `/orders/${id}`)).body.behaviour.depositSource;
    expect([await sourceOf(before), await sourceOf(after)]).toEqual(['cashier', 'Mpi']);
  });

  test("an order's can change, and be put again as it is shown", async () => {
    const id = await harness.order({ script: [{ afterMs: 1, action: 'init', hooks: false }] });
    const { behaviour } = (await harness.control('GET', `/orders/${id}`)).body;
    const { status, body } = await harness.control('PUT', `/orders/${id}/behaviour`, behaviour);
    expect([status, body]).toEqual([200, behaviour]);
  });

  test('a word that does not exist is refused', async () => {
    expect((await harness.control('PUT', '/behaviour', { mood: 'fine' })).status).toBe(400);
  });
});

test('the ledger is of one order or of all, with the log-ins of both', async () => {
  const [one, other] = [await harness.order(), await harness.order()];
  await harness.deposit(one);
  await harness.deposit(other);
  expect((await harness.ledger(one)).reads).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      operation: 'read',
      kind: 'deposit',
      orderId: one,
      status: 200,
      code: 404,
    },
  ]);
  expect((await harness.ledger()).reads).toHaveLength(2);
  expect((await harness.ledger(one)).logins).toHaveLength(1);
});

test('the defaults can be seen', async () => {
  await harness.control('PUT', '/faults', [{ kind: 'null' }]);
  expect((await harness.control('GET', '')).body).toMatchObject({
    orders: 0,
    hookUrl: harness.receiver.url,
    behaviour: { allowRefunds: true },
    hooksPlan: { order: 'in_order', copies: 1 },
    faults: [{ kind: 'null', times: 1 }],
  });
});

test('reset forgets orders, scripts, hooks, faults, plans, the URL and the ledger', async () => {
  const script = [{ afterMs: 60_000, action: 'approve' }];
  const id = await harness.order({ hooksPlan: { delayMs: 60_000 }, script });
  await harness.act(id, 'init');
  await harness.control('PUT', '/faults', [{ kind: 'null', times: 'forever' }]);
  await harness.control('PUT', '/hooks-plan', { copies: 9 });
  expect((await harness.call('POST', '/sandbox/reset')).status).toBe(204);
  expect((await harness.control('GET', '')).body).toMatchObject({
    orders: 0,
    hookUrl: null,
    faults: [],
    hooksPlan: { copies: 1 },
    pendingHooks: 0,
  });
  expect(await harness.ledger()).toMatchObject({ logins: [], reads: [], deliveries: [], actions: [] });
  await harness.renew();
  expect((await harness.deposit(id)).body.response.code).toBe(404);
  expect((await harness.control('GET', `/orders/${id}`)).status).toBe(404);
  await harness.control('PUT', '/hook-url', { url: harness.receiver.url });
  const next = await harness.order();
  await harness.act(next, 'init');
  const [hook] = await harness.told(1);
  expect(hook.data.order_id).toBe(next);
});

test('the two providers do not know of each other', async () => {
  const session = await harness.session();
  const order = await harness.order();
  await harness.act(order, 'approve');
  await harness.read(session);
  expect((await harness.call('GET', '/sandbox/briqpay/ledger')).body.deliveries).toEqual([]);
  expect((await harness.ledger()).reads).toEqual([]);
});
