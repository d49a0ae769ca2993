import { createHmac } from 'node:crypto';
import { type Harness, openHarness, withBench } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const nobody = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';

describe('sessions', () => {
  test('one is made from nothing at all', async () => {
    const { status, body } = await harness.control('POST', '/sessions');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'started',
      orderStatus: null,
      amount: 30_000,
      currency: 'SEK',
      captures: [],
    });
  });

  test('one is made as told', async () => {
    const given = { amount: 999, currency: 'EUR', reference: 'A-1', country: 'DE', locale: 'de-de' };
    const { sessionId } = (await harness.control('POST', '/sessions', given)).body;
    const { body } = await harness.read(sessionId);
    expect(body).toMatchObject({ country: 'DE', references: { reference1: 'A-1' } });
    expect(body.data.order).toMatchObject({ currency: 'EUR', amountIncVat: 999, amountExVat: 799 });
  });

  test('the control view adds what was scripted, the summary holds no personal data', async () => {
    const id = await harness.session({ faults: [{ kind: 'html' }], behaviour: { autoCapture: true } });
    const { session, ...rest } = (await harness.control('GET', `/sessions/${id}`)).body;
    expect(session.data.billing.email).toContain('canary');
    expect(rest).toMatchObject({
      faults: [{ kind: 'html' }],
      behaviour: { autoCapture: true },
      pendingHooks: 0,
    });
    expect(JSON.stringify(rest)).not.toMatch(/canary/i);
  });

  test('the newest come first', async () => {
    const [first, second] = [await harness.session(), await harness.session()];
    const { sessions } = (await harness.control('GET', '/sessions')).body;
    expect(sessions.map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual([second, first]);
  });

  test.each([
    [{ amount: 1.5 }, 'body.amount'],
    [{ amount: 100, quantity: 3 }, 'multiple'],
    [{ currency: 'kronor' }, 'body.currency'],
    [{ hookUrl: 'ftp://shop.test' }, 'body.hookUrl'],
    [{ country: 'Sweden' }, 'body.country'],
    [{ script: [{ afterMs: 1, action: 'explode' }] }, 'body.script.0'],
    [{ surprise: true }, 'surprise'],
  ])('refuses %j', async (given, where) => {
    const { status, body } = await harness.control('POST', '/sessions', given);
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
  ])('%s %s of an unknown session is 404', async (method, path) => {
    const { status, body } = await harness.control(method, `/sessions/${nobody}${path}`);
    expect([status, body.error.code]).toEqual([404, 'SESSION_NOT_FOUND']);
  });
});

describe('scripts', () => {
  const story = ['complete', 'approve', 'capture'].map((action, index) => ({ afterMs: index * 5, action }));

  test("one runs by itself from the session's start", async () => {
    await harness.session({ script: story });
    await harness.receiver.until(4);
    expect(harness.receiver.names().at(-1)).toBe('capture_status:approved');
  });

  test('one can be given later', async () => {
    const id = await harness.session();
    const { status, body } = await harness.control('POST', `/sessions/${id}/script`, story);
    expect([status, body]).toEqual([202, { steps: 3 }]);
    await harness.receiver.until(4);
  });

  test("one can be every session's, those of the provider's API included", async () => {
    await harness.control('PUT', '/behaviour', { script: story });
    const order = (await harness.read(await harness.session())).body.data.order;
    const hooks = [
      { eventType: 'capture_status', statuses: ['approved'], method: 'POST', url: harness.receiver.url },
    ];
    const shop = {
      product: { type: 'payment', intent: 'payment_one_time' },
      country: 'SE',
      locale: 'sv-se',
      hooks,
    };
    const { sessionId } = (await harness.api('POST', '/session', { ...shop, data: { order } })).body;
    await harness.receiver.until(1, ({ fields }) => fields['sessionId'] === sessionId);
  });

  test('a step that is refused is in the ledger, and the others run', async () => {
    const id = await harness.session({
      script: [
        { afterMs: 0, action: 'approve' },
        { afterMs: 1, action: 'complete' },
      ],
    });
    await harness.receiver.until(2);
    expect((await harness.ledger(id)).actions).toEqual([
      expect.objectContaining({
        action: 'approve',
        by: 'script',
        error: expect.stringContaining('complete the session first'),
      }),
      expect.objectContaining({ action: 'complete', by: 'script' }),
    ]);
  });
});

describe('forged hooks', () => {
  const forge = (id: string, hook: object) => harness.control('POST', `/sessions/${id}/hooks`, hook);

  test("go where the session's own go, and change nothing", async () => {
    const id = await harness.session();
    const { status } = await forge(id, {
      event: 'order_status',
      status: 'order_approved_not_captured',
      reference1: '9',
    });
    expect(status).toBe(202);
    const [hook] = await harness.receiver.until(1);
    expect(hook?.fields).toEqual({
      event: 'order_status',
      status: 'order_approved_not_captured',
      sessionId: id,
      reference1: '9',
    });
    expect((await harness.read(id)).body.status).toBe('started');
  });

  test('come in copies', async () => {
    const id = await harness.session();
    await forge(id, {
      event: 'refund_status',
      status: 'approved',
      refundId: 'r-1',
      copies: 5,
      concurrency: 5,
    });
    expect(await harness.receiver.until(5)).toHaveLength(5);
  });

  test('can be of a session that nobody knows, and carry another id', async () => {
    const hook = { event: 'order_status', status: 'order_pending', url: harness.receiver.url };
    await forge(nobody, hook);
    await forge(nobody, { ...hook, sessionId: '../../x', method: 'GET' });
    const hooks = await harness.receiver.until(2);
    expect(hooks.map(({ fields }) => fields['sessionId'])).toEqual([nobody, '../../x']);
  });

  test('need a URL where the session has none', async () => {
    const id = await harness.session({ hookUrl: undefined });
    const { status, body } = await forge(id, { event: 'order_status', status: 'order_pending' });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('body.url')]);
  });

  test('are signed only when asked, at any time one likes', async () => {
    const briqpay = { username: 'u', secret: 's', signingSecret: 'hush' };
    await withBench({ briqpay }, async (signed) => {
      const id = await signed.session();
      const hook = { event: 'order_status', status: 'order_pending' };
      await signed.control('POST', `/sessions/${id}/hooks`, hook);
      await signed.control('POST', `/sessions/${id}/hooks`, { ...hook, signed: true, signedAt: 42 });
      const [plain, late] = await signed.receiver.until(2);
      const mac = createHmac('sha256', 'hush').update(`42.${late?.rawBody}`).digest('base64');
      expect(plain?.headers).not.toHaveProperty('x-briq-signature');
      expect(late?.headers['x-briq-signature']).toBe(`t=42,s1=${mac}`);
    });
  });

  test('cannot be signed without a secret', async () => {
    const { status } = await forge(await harness.session(), {
      event: 'order_status',
      status: 'x',
      signed: true,
    });
    expect(status).toBe(400);
  });
});

test('the ledger is of one session or of all', async () => {
  const [one, other] = [await harness.session(), await harness.session()];
  await harness.read(one);
  await harness.read(other);
  expect((await harness.ledger(one)).reads).toEqual([
    { at: expect.stringMatching(/^\d{4}-.*Z$/), operation: 'read', sessionId: one, status: 200 },
  ]);
  expect((await harness.ledger()).reads).toHaveLength(2);
});

test('the defaults can be seen', async () => {
  await harness.control('PUT', '/behaviour', { cancelSupported: false });
  await harness.control('PUT', '/faults', [{ kind: 'null' }]);
  expect((await harness.control('GET', '')).body).toMatchObject({
    sessions: 0,
    behaviour: { cancelSupported: false, autoCapture: false },
    hooksPlan: { order: 'in_order', copies: 1 },
    faults: [{ kind: 'null', times: 1 }],
  });
});

test('reset forgets sessions, scripts, hooks, faults, plans and the ledger', async () => {
  const id = await harness.session({
    hooksPlan: { delayMs: 5_000 },
    script: [{ afterMs: 5_000, action: 'approve' }],
  });
  await harness.act(id, 'complete');
  await harness.control('PUT', '/faults', [{ kind: 'null', times: 'forever' }]);
  await harness.control('PUT', '/hooks-plan', { copies: 9 });
  expect((await harness.call('POST', '/sandbox/reset')).status).toBe(204);
  expect((await harness.control('GET', '')).body).toMatchObject({
    sessions: 0,
    faults: [],
    hooksPlan: { copies: 1 },
    pendingHooks: 0,
  });
  expect(await harness.ledger()).toMatchObject({ reads: [], deliveries: [], actions: [] });
  expect((await harness.read(id)).status).toBe(404);
  const next = await harness.session();
  await harness.act(next, 'complete');
  const hooks = await harness.receiver.until(2);
  expect(hooks.map(({ fields }) => fields['sessionId'])).toEqual([next, next]);
});
