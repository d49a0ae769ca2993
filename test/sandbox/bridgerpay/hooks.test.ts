import { openReceiver } from '../receiver.ts';
import { type BridgerpayHarness, type Json, openBridgerpay, withBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay({ seed: 7 });
});
afterEach(() => harness.close());

const story = ['init', 'pay', 'approve', { action: 'refund', amount: 5 }, 'refund', 'close'];
const told = ['cashier.session.init', 'approved', 'partly_refunded', 'refunded', 'cashier.session.close'];

async function lived(given: object = {}, on = harness): Promise<string> {
  const id = await on.order(given);
  await on.act(id, ...story);
  return id;
}

describe('what is told', () => {
  test('each change that has a notification, in order, by POST as JSON', async () => {
    await lived();
    const hooks = await harness.receiver.until(5);
    expect(harness.types()).toEqual(told);
    for (const { method, headers } of hooks)
      expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
  });

  test('nothing where the action says so: the lost notification', async () => {
    const id = await harness.order();
    await harness.act(id, { action: 'approve', hooks: false });
    expect(await harness.ledger(id)).toMatchObject({ deliveries: [], dropped: [], pendingHooks: 0 });
    expect((await harness.deposit(id)).body.result.deposit.status).toBe('approved');
  });

  test('the state is readable before its notification arrives', async () => {
    const id = await harness.order();
    await harness.act(id, 'approve');
    await harness.receiver.until(1);
    expect((await harness.deposit(id)).body.result.deposit.status).toBe('approved');
  });
});

describe('where it goes', () => {
  test('to the URL of the dashboard, which can change', async () => {
    const id = await harness.order();
    await harness.act(id, 'init');
    const url = `${harness.receiver.url}/other`;
    expect((await harness.control('PUT', '/hook-url', { url })).body).toEqual({ url });
    await harness.act(id, 'close');
    const hooks = await harness.receiver.until(2);
    expect(hooks.map(({ path }) => path)).toEqual(['/hooks', '/hooks/other']);
  });

  test('nowhere, where none is set', async () => {
    await harness.control('PUT', '/hook-url', { url: null });
    const id = await lived();
    expect(await harness.ledger(id)).toMatchObject({ deliveries: [], dropped: [], pendingHooks: 0 });
  });

  test("an order's own URL comes before it", async () => {
    await harness.act(await harness.order({ hookUrl: `${harness.receiver.url}/own` }), 'init');
    const [hook] = await harness.receiver.until(1);
    expect(hook?.path).toBe('/hooks/own');
  });

  test('the options can set it, and a reset goes back to that', async () => {
    const { url } = harness.receiver;
    const bridgerpay = {
      username: 'sandbox',
      password: 'sandbox-password',
      apiKey: 'k',
      cashierKey: 'c',
      hookUrl: url,
    };
    await withBridgerpay({ bridgerpay }, async (other) => {
      await other.call('POST', '/sandbox/reset');
      expect((await other.control('GET', '')).body.hookUrl).toBe(url);
    });
  });

  test.each([{ url: 'ftp://shop.test' }, { url: '/hooks' }, {}])('refuses %j', async (given) => {
    expect((await harness.control('PUT', '/hook-url', given)).status).toBe(400);
  });
});

describe('how it travels', () => {
  test('reversed turns round what comes within the window', async () => {
    const script = ['init', 'approve', 'close'].map((action) => ({ afterMs: 0, action }));
    await harness.order({ hooksPlan: { order: 'reversed', holdMs: 1_000 }, script });
    await harness.receiver.until(3);
    expect(harness.types()).toEqual(['cashier.session.close', 'approved', 'cashier.session.init']);
  });

  test('copies are byte for byte the same', async () => {
    await harness.act(await harness.order({ hooksPlan: { copies: 3 } }), 'approve');
    const hooks = await harness.receiver.until(3);
    expect(new Set(hooks.map(({ rawBody }) => rawBody)).size).toBe(1);
  });

  test('what is dropped is in the ledger, with its body', async () => {
    const id = await lived({ hooksPlan: { drop: true } });
    const { dropped, deliveries } = await harness.ledger(id);
    expect(dropped.map(({ type }: Json) => type)).toEqual(told);
    expect(dropped[1]).toMatchObject({
      kind: 'deposit',
      orderId: id,
      body: { webhook: { type: 'approved' } },
    });
    expect(deliveries).toEqual([]);
  });

  test('a plan for all holds where an order has none', async () => {
    await harness.control('PUT', '/hooks-plan', { drop: true });
    const [lost, heard] = [await harness.order(), await harness.order({ hooksPlan: {} })];
    await harness.act(lost, 'init');
    await harness.act(heard, 'init');
    const [hook] = await harness.told(1);
    expect(hook.data.order_id).toBe(heard);
    await harness.control('PUT', '/hooks-plan');
    expect((await harness.control('GET', '')).body.hooksPlan.drop).toBe(false);
  });

  test("an order's plan can be set and deleted", async () => {
    const id = await harness.order();
    await harness.control('PUT', `/orders/${id}/hooks-plan`, { copies: 2 });
    expect((await harness.control('GET', `/orders/${id}`)).body.hooksPlan.copies).toBe(2);
    await harness.control('DELETE', `/orders/${id}/hooks-plan`);
    expect((await harness.control('GET', `/orders/${id}`)).body.hooksPlan.copies).toBe(1);
  });

  test('one that fails is tried again, and each attempt is in the ledger', async () => {
    harness.receiver.answerWith(500, 429);
    const id = await harness.order();
    await harness.act(id, 'approve');
    await harness.receiver.until(3);
    await harness.settled(id);
    const { deliveries } = await harness.ledger(id);
    expect(deliveries.map(({ type, attempt, answer }: Json) => [type, attempt, answer])).toEqual([
      ['approved', 1, 500],
      ['approved', 2, 429],
      ['approved', 3, 200],
    ]);
  });

  test('nobody there: the error is in the ledger', async () => {
    const closed = await openReceiver();
    await closed.close();
    const id = await harness.order({ hookUrl: closed.url });
    await harness.act(id, 'init');
    await harness.settled(id);
    expect((await harness.ledger(id)).deliveries[0]).toMatchObject({ attempt: 1, error: 'ECONNREFUSED' });
  });
});
