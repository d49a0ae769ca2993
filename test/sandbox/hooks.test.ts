import { createHmac } from 'node:crypto';
import { type Harness, openHarness, withBench } from './harness.ts';
import { openReceiver } from './receiver.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const subscription = (changes: object = {}) => ({
  eventType: 'order_status',
  statuses: ['order_pending', 'order_approved_not_captured'],
  method: 'POST',
  url: harness.receiver.url,
  ...changes,
});

describe('what is sent', () => {
  test('each change, in order, in the words of the seed', async () => {
    const id = await harness.session({ reference: undefined });
    const { body } = await harness.act(id, 'complete', 'approve', {
      action: 'capture',
      autoCaptured: true,
      isPreExistingCapture: true,
    });
    const { captureId } = body.ids;
    const { refundId } = (await harness.act(id, 'refund')).body.ids;
    const hooks = await harness.receiver.until(5);
    expect(hooks.map(({ fields }) => fields)).toEqual([
      { event: 'session_status', status: 'completed', sessionId: id },
      { event: 'order_status', status: 'order_pending', sessionId: id },
      { event: 'order_status', status: 'order_approved_not_captured', sessionId: id },
      {
        event: 'capture_status',
        status: 'approved',
        sessionId: id,
        captureId,
        autoCaptured: true,
        isPreExistingCapture: true,
      },
      { event: 'refund_status', status: 'approved', sessionId: id, refundId },
    ]);
  });

  test('references stand at the top level, and replace no field of the hook', async () => {
    const references = { reference1: '1000123', cartId: 'cart-77', status: 'order_approved_not_captured' };
    const id = await harness.session({ references });
    await harness.act(id, 'complete');
    const [, pending] = await harness.receiver.until(2);
    expect(pending?.fields).toEqual({
      event: 'order_status',
      status: 'order_pending',
      sessionId: id,
      reference1: '1000123',
      cartId: 'cart-77',
    });
  });

  test('only the events and statuses that were asked for', async () => {
    const id = await harness.session({
      hookUrl: undefined,
      hooks: [subscription({ statuses: ['order_approved_not_captured'] })],
    });
    await harness.act(id, 'complete', 'approve', 'capture');
    await harness.receiver.until(1);
    expect((await harness.ledger(id)).pendingHooks).toBe(0);
    expect(harness.receiver.names()).toEqual(['order_status:order_approved_not_captured']);
  });

  test('one event to several URLs', async () => {
    const other = subscription({ url: `${harness.receiver.url}/other` });
    const id = await harness.session({ hookUrl: undefined, hooks: [subscription(), other] });
    await harness.act(id, 'complete');
    const hooks = await harness.receiver.until(2);
    expect(hooks.map(({ path }) => path)).toEqual(['/hooks', '/hooks/other']);
  });

  test('POST carries JSON in the body', async () => {
    await harness.act(await harness.session(), 'complete');
    const [hook] = await harness.receiver.until(1);
    expect(hook).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  });

  test('GET carries the same fields in the query, beside those of the URL', async () => {
    const hooks = [subscription({ method: 'GET', url: `${harness.receiver.url}?shop=1` })];
    const id = await harness.session({ hookUrl: undefined, hooks });
    await harness.act(id, 'complete');
    const [hook] = await harness.receiver.until(1);
    expect(hook).toMatchObject({ method: 'GET', rawBody: '' });
    expect(hook?.fields).toEqual({
      shop: '1',
      event: 'order_status',
      status: 'order_pending',
      sessionId: id,
      reference1: '1000123',
    });
  });

  test('nothing where the action says so: the lost hook', async () => {
    const id = await harness.session();
    await harness.act(id, { action: 'complete', hooks: false }, { action: 'approve', hooks: false });
    expect(await harness.ledger(id)).toMatchObject({ deliveries: [], dropped: [], pendingHooks: 0 });
    expect((await harness.read(id)).body.moduleStatus.payment.orderStatus).toBe(
      'order_approved_not_captured',
    );
  });

  test('the state is readable before its hook arrives', async () => {
    const id = await harness.session();
    await harness.act(id, 'complete', 'approve');
    await harness.receiver.until(3);
    expect((await harness.read(id)).body.data.transactions[0].status).toBe('approved');
  });
});

describe('signature', () => {
  test('without a secret there is none', async () => {
    await harness.act(await harness.session(), 'complete');
    const [hook] = await harness.receiver.until(1);
    expect(hook?.headers).not.toHaveProperty('x-briq-signature');
  });

  test('with a secret it covers the time and the raw body; copies and retries repeat it', async () => {
    const now = Date.parse('2026-09-20T10:00:00Z');
    const briqpay = { username: 'sandbox', secret: 'sandbox-secret', signingSecret: 'hush' };
    await withBench({ briqpay, now: () => now }, async (signed) => {
      signed.receiver.answerWith(500);
      await signed.act(await signed.session({ hooksPlan: { copies: 2 } }), 'complete');
      const hooks = await signed.receiver.until(5);
      for (const { headers, rawBody } of hooks) {
        const mac = createHmac('sha256', 'hush').update(`${now}.${rawBody}`).digest('base64');
        expect(headers['x-briq-signature']).toBe(`t=${now},s1=${mac}`);
      }
    });
  });
});

describe('retries', () => {
  const attemptsOf = async (id: string) =>
    (await harness.ledger(id)).deliveries.map(({ attempt, answer }: { attempt: number; answer?: number }) => [
      attempt,
      answer,
    ]);
  const oneHook = () => harness.session({ hookUrl: undefined, hooks: [subscription()] });

  test('a 5xx is tried again until it is taken', async () => {
    harness.receiver.answerWith(500, 503);
    const id = await oneHook();
    await harness.act(id, 'complete');
    const hooks = await harness.receiver.until(3);
    expect(new Set(hooks.map(({ rawBody }) => rawBody)).size).toBe(1);
    await settled(id);
    expect(await attemptsOf(id)).toEqual([
      [1, 500],
      [2, 503],
      [3, 200],
    ]);
  });

  test('it is given up when the schedule ends', async () => {
    harness.receiver.answerWith(500, 500, 500, 500);
    const id = await oneHook();
    await harness.act(id, 'complete');
    await settled(id);
    expect(await attemptsOf(id)).toEqual([
      [1, 500],
      [2, 500],
      [3, 500],
    ]);
  });

  test('a 4xx is final, a redirect is not followed', async () => {
    harness.receiver.answerWith(400, 302);
    const id = await oneHook();
    await harness.act(id, 'complete', 'approve');
    await settled(id);
    expect(await attemptsOf(id)).toEqual([
      [1, 400],
      [1, 302],
    ]);
  });

  test('nobody there: the error is in the ledger', async () => {
    const closed = await openReceiver();
    await closed.close();
    const id = await harness.session({ hookUrl: closed.url });
    await harness.act(id, 'complete');
    await settled(id);
    const { deliveries } = await harness.ledger(id);
    expect(deliveries).toHaveLength(6);
    expect(deliveries[0]).toMatchObject({ attempt: 1, error: 'ECONNREFUSED', body: { sessionId: id } });
  });

  test('no answer in time counts as none', async () => {
    await withBench({ hookTimeoutMs: 20, retryMs: [] }, async (hasty) => {
      hasty.receiver.hold();
      const id = await hasty.session();
      await hasty.act(id, 'complete');
      await hasty.receiver.until(2);
      await settled(id, hasty);
      expect((await hasty.ledger(id)).deliveries[0]).toMatchObject({ error: 'timeout' });
    });
  });
});

/** The ledger is asked until nothing is on its way. */
async function settled(id: string, of: Harness = harness): Promise<void> {
  while ((await of.ledger(id)).pendingHooks > 0);
}

describe('a forged hook of any body', () => {
  test.each([
    ['a status of null', { event: 'order_status', status: null }, { event: 'order_status', status: null }],
    ['no status', { event: 'order_status' }, { event: 'order_status' }],
    ['numbers as ids', { event: 'order_status', sessionId: 42 }, { event: 'order_status', sessionId: 42 }],
    [
      'an amount as text',
      { event: 'refund_status', status: 'approved', amount: '-5.00' },
      { event: 'refund_status', status: 'approved', amount: '-5.00' },
    ],
  ])('%s', async (_what, given, fields) => {
    await withBench({}, async (harness) => {
      const id = await harness.session();
      await harness.control('POST', `/sessions/${id}/hooks`, given);
      const [hook] = await harness.receiver.until(1);
      expect(hook!.fields).toEqual({ sessionId: id, ...fields });
    });
  });

  test('without an event it goes to every URL of the session, once', async () => {
    await withBench({}, async (harness) => {
      const id = await harness.session();
      const { body } = await harness.control('POST', `/sessions/${id}/hooks`, {
        status: 'order_pending',
        omit: ['sessionId'],
      });
      expect(body.sent).toEqual([{ method: 'POST', url: harness.receiver.url, copies: 1 }]);
      const [hook] = await harness.receiver.until(1);
      expect(hook!.rawBody).toBe('{"status":"order_pending"}');
    });
  });

  test.each([
    ['any JSON', { body: ['x'] }, '["x"]'],
    ['null', { body: null }, 'null'],
    ['a text that is not JSON', { text: '{"event":' }, '{"event":'],
    [
      'a number of 19 digits',
      { body: { captureId: { $raw: '1000000000000000001' } } },
      '{"captureId":1000000000000000001}',
    ],
  ])('%s, in copies, signed where it says so', async (_what, given, raw) => {
    const briqpay = { username: 'u', secret: 's', signingSecret: 'hush' };
    await withBench({ briqpay }, async (harness) => {
      const id = await harness.session();
      await harness.control('POST', `/sessions/${id}/hooks`, { ...given, copies: 2, signed: true });
      const received = await harness.receiver.until(2);
      expect(received.map((each) => each.rawBody)).toEqual([raw, raw]);
      expect(received[0]!.headers['x-briq-signature']).toMatch(/^t=\d+,s1=/);
    });
  });
});
