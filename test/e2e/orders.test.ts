import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Order, TimelineView } from '../../src/domain/order/view.ts';
import { expectProblem } from '../support/problems.ts';
import { orderIdOf, startService, type Answer, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let service: Service;
/** Every answer that this file has seen, for the last test to hold against the document. */
const answers: { readonly method: string; readonly path: string; readonly answer: Answer<unknown> }[] = [];

beforeAll(async () => {
  service = await startService({ virtualTime: true });
});
afterAll(() => service.stop());

async function call<T = Order>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer<T>> {
  const answer = await service.call<T>(method, path, body, headers);
  answers.push({ method, path, answer });
  return answer;
}

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const terms = { account: 'acme-se', reference: '1000123', expected: { amount: 30_000, currency: 'SEK' } };
const register = (sessionId: string, more: object = {}) =>
  call('POST', '/v1/orders', { ...terms, sessionId, ...more });
const pathOf = (sessionId: string) => `/v1/orders/${orderIdOf(sessionId)}`;

/** A session at the provider whose hooks come here. */
async function opened(...actions: string[]): Promise<string> {
  const session = await service.openSession();
  for (const action of actions) await service.act(session, action);
  return session;
}

const isPending = ({ status }: Order) => status === 'pending';
const isPlaced = ({ status }: Order) => status === 'placed';

describe('registering', () => {
  test('before anything has happened: 201 with the order, then 200, and 409 with other terms', async () => {
    const session = await opened();
    const first = await register(session, { method: 'invoice' });
    expect(first).toMatchObject({
      status: 201,
      body: {
        id: orderIdOf(session),
        account: 'acme-se',
        provider: 'briqpay',
        kind: 'deposit',
        reference: '1000123',
        status: 'created',
        amounts: { currency: 'SEK', expected: 30_000 },
        method: 'invoice',
        unverifiedSince: null,
        findings: [],
        escalation: null,
        sequence: 0,
      },
    });
    expect((await register(session, { method: 'invoice' })).status).toBe(200);
    for (const other of [
      { method: 'card' },
      { method: 'invoice', reference: '1000124' },
      { method: 'invoice', expected: { amount: 30_001, currency: 'SEK' } },
      { method: 'invoice', expected: { amount: 30_000, currency: 'NOK' } },
      {},
    ])
      expectProblem(await register(session, other), 409, 'terms_conflict');
    expect((await call('GET', pathOf(session))).body).toEqual(first.body);
  });

  test('after the first hook: the order takes the terms on as 201, then 200, and 409 with others', async () => {
    const session = await opened('complete');
    const unregistered = await service.until(session, isPending);
    expect(unregistered.amounts).not.toHaveProperty('expected');
    expect(await register(session)).toMatchObject({
      status: 201,
      body: { status: 'pending', reference: '1000123', amounts: { expected: 30_000 } },
    });
    expect(await register(session)).toMatchObject({ status: 200, body: { status: 'pending' } });
    expectProblem(await register(session, { reference: '7' }), 409, 'terms_conflict');
  });

  test('what is paid already is compared with the terms at once', async () => {
    const session = await opened('complete', 'approve');
    await service.until(session, isPlaced);
    const { status, body } = await register(session, { expected: { amount: 29_900, currency: 'SEK' } });
    expect(status).toBe(201);
    expect(body.findings).toMatchObject([{ code: 'amount_mismatch' }]);
  });

  test('ten times at once is one order: one 201, the others 200', async () => {
    const session = await opened();
    const given = await Promise.all(Array.from({ length: 10 }, () => register(session)));
    expect(given.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(9).fill(200),
      201,
    ]);
  });

  test('two terms at once: one wins, and the other is a conflict', async () => {
    const session = await opened();
    const given = await Promise.all([register(session), register(session, { reference: '7' })]);
    expect(given.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });

  test('once it is closed: 200 with the same terms, 409 with others, and it stays closed', async () => {
    const session = await opened();
    await register(session);
    await service.act(session, 'complete');
    await service.act(session, 'reject');
    await service.until(session, ({ status }) => status === 'rejected');
    await service.forward(session, 8 * day).catch(() => undefined);
    const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
    const closed = await handle.describe();
    expect(closed.status.name).toBe('COMPLETED');
    expect(await register(session)).toMatchObject({ status: 200, body: { status: 'rejected' } });
    expectProblem(await register(session, { reference: '7' }), 409, 'terms_conflict');
    expect((await handle.describe()).runId).toBe(closed.runId);
  });

  test("a session that was given up as nobody's: the shop vouches for it, and it is waited for anew", async () => {
    const session = randomUUID();
    await service.hook({ event: 'order_status', status: 'order_pending', sessionId: session });
    await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
    await service.forward(session, 17 * minute).catch(() => undefined);
    expect(await service.order(session)).toMatchObject({ status: 'expired' });
    expect(await register(session)).toMatchObject({ status: 201, body: { amounts: { expected: 30_000 } } });
    expect(await service.until(session, ({ status }) => status === 'created')).toBeDefined();
  });
});

describe('what cannot be registered is refused with a detail that names it', () => {
  const session = randomUUID();
  const amounts = [300.5, 0.1 + 0.2, -1, 0, -0, 1e21, 2 ** 53, 2 ** 53 + 2, '30000', null, true, [30_000]];

  test.each(amounts)('the amount %p', async (amount) => {
    const refused = await register(session, { expected: { amount, currency: 'SEK' } });
    expect(expectProblem(refused, 400, 'invalid_request')).toContain('/expected/amount');
  });

  test.each(['XXX', 'sek', 'SEKK', '', 'kr', null, 752, 'constructor'])(
    'the currency %p',
    async (currency) => {
      const refused = await register(session, { expected: { amount: 1, currency } });
      expect(expectProblem(refused, 400, 'invalid_request')).toContain('/expected/currency');
    },
  );

  test.each([
    ['of 129 bytes', 'x'.repeat(129)],
    ['of 65 letters in 130 bytes', 'ö'.repeat(65)],
    ['with a newline', 'a\nb'],
    ['with NUL', 'a\0b'],
    ['with an escape', '\u001b[31m'],
    ['with a control of Latin-1', 'a\u0085b'],
    ['of nothing', ''],
    ['that is a number', 1_000_123],
    ['that is null', null],
  ])('a reference %s', async (_, reference) => {
    expect(expectProblem(await register(session, { reference }), 400, 'invalid_request')).toContain(
      '/reference',
    );
  });

  test.each([
    '../../x',
    '%2e%2e%2f',
    'a?b=c',
    'a#b',
    'a/b',
    'a\nb',
    'a\0b',
    'x'.repeat(129),
    'https://evil.example',
    '',
  ])('the session %j', async (sessionId) => {
    expectProblem(await register(sessionId), 400, 'invalid_request');
  });

  test.each<[string, object, string]>([
    ['both ids', { ...terms, sessionId: session, orderId: '7' }, 'sessionId'],
    ['neither id', terms, 'sessionId'],
    ['a session that is a number', { ...terms, sessionId: 7 }, '/sessionId'],
    ['no account', { ...terms, account: undefined, sessionId: session }, '/account'],
    ['no terms', { account: 'acme-se', sessionId: session }, '/expected'],
    ['no currency', { ...terms, sessionId: session, expected: { amount: 1 } }, '/expected/currency'],
    ['a kind that is none', { ...terms, sessionId: session, kind: 'gift' }, '/kind'],
    ['a method of 41 bytes', { ...terms, sessionId: session, method: 'x'.repeat(41) }, '/method'],
    ['a field that nobody knows', { ...terms, sessionId: session, amount: 1 }, 'amount'],
    ['a list', [terms], 'object'],
  ])('%s', async (_, body, named) => {
    expect(expectProblem(await call('POST', '/v1/orders', body), 400, 'invalid_request')).toContain(named);
  });

  test.each([
    ['no JSON', 'hello', 'application/json', 400, 'invalid_request'],
    ['an empty body', '', 'application/json', 400, 'invalid_request'],
    ['a form', 'account=acme-se', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    [
      'more than 64 KiB',
      JSON.stringify({ ...terms, pad: 'x'.repeat(65_536) }),
      'application/json',
      413,
      'payload_too_large',
    ],
  ] as const)('%s', async (_, body, type, status, code) => {
    expectProblem(await call('POST', '/v1/orders', body, { 'content-type': type }), status, code);
  });

  test('a payout at Briqpay, which has none: 400', async () => {
    expectProblem(await register(randomUUID(), { kind: 'payout' }), 400, 'invalid_request');
  });

  test.each(['acme-no', 'ACME-SE', '', 'constructor'])(
    'the account %j, which is not there: 404',
    async (account) => {
      expectProblem(await register(session, { account }), 404, 'not_found');
    },
  );

  test('and nothing of it is there', async () => {
    expectProblem(await call('GET', pathOf(session)), 404, 'not_found');
  });

  test('while a reference of 128 bytes and the largest amount are', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    expect((await register(one, { reference: 'ö'.repeat(64) })).status).toBe(201);
    const largest = { amount: Number.MAX_SAFE_INTEGER, currency: 'JPY' };
    expect((await register(other, { expected: largest })).body.amounts.expected).toBe(
      Number.MAX_SAFE_INTEGER,
    );
    expect(new TextEncoder().encode((await service.order(one)).reference)).toHaveLength(128);
  });
});

describe('reading', () => {
  test.each(['acme-se:none', 'acme-no:none', 'none', ':', 'acme-se:', '%20', 'acme-se:..%2F..%2Fx'])(
    'the order %s, which is not there: 404, and so is all that hangs from it',
    async (id) => {
      expectProblem(await call('GET', `/v1/orders/${id}`), 404, 'not_found');
      expectProblem(await call('GET', `/v1/orders/${id}?after=0&wait=1s`), 404, 'not_found');
      expectProblem(await call('GET', `/v1/orders/${id}/timeline`), 404, 'not_found');
      expectProblem(await call('POST', `/v1/orders/${id}/recheck`), 404, 'not_found');
    },
  );

  test('with after and wait answers when the sequence has passed, at once where it has already', async () => {
    const session = await opened();
    await register(session);
    const waiting = call('GET', `${pathOf(session)}?after=0&wait=15s`);
    await service.act(session, 'complete');
    expect(await waiting).toMatchObject({ status: 200, body: { status: 'pending', sequence: 1 } });

    expect(await call('GET', `${pathOf(session)}?after=0&wait=15s`)).toMatchObject({ body: { sequence: 1 } });
    const [first, second] = [1, 1].map((after) => call('GET', `${pathOf(session)}?after=${after}&wait=15s`));
    await service.act(session, 'approve');
    expect(await first).toMatchObject({ status: 200, body: { status: 'placed', sequence: 2 } });
    expect(await second).toMatchObject({ status: 200, body: { status: 'placed', sequence: 2 } });
  });

  test('with after and wait is 304 without a body when nothing changed', async () => {
    const session = await opened();
    await register(session);
    for (const wait of ['wait=300ms', 'wait=1ms', ''])
      expect(await call('GET', `${pathOf(session)}?after=0&${wait}`)).toMatchObject({
        status: 304,
        body: undefined,
      });
    // Far ahead of what there is.
    expect((await call('GET', `${pathOf(session)}?after=99&wait=1ms`)).status).toBe(304);
  });

  test.each(['after=-1', 'after=x', 'after=1.5', 'after=0&wait=30', 'after=0&wait=soon', 'after=0&wait=-1s'])(
    'with %s is 400',
    async (asked) => {
      const session = await opened();
      await register(session);
      expectProblem(await call('GET', `${pathOf(session)}?${asked}`), 400, 'invalid_request');
    },
  );
});

describe('the timeline', () => {
  test('tells hook, read, decision and effect, oldest first, with what became of each hook', async () => {
    const session = await service.openSession({ hookUrl: undefined });
    await register(session);
    await service.act(session, 'complete');
    await service.hook({ event: 'order_status', status: 'order_pending', sessionId: session });
    await service.until(session, isPending);
    await service.act(session, 'approve');
    await service.hook({ event: 'order_status', status: 'order_approved_not_captured', sessionId: session });
    await service.until(session, isPlaced);
    await service.hook({ event: 'session_status', status: 'completed', sessionId: session });
    const pending = { event: 'order_status', status: 'order_pending', sessionId: session };
    await service.hook({ ...pending, status: 'order_teleported' });
    await call('POST', `${pathOf(session)}/recheck`);
    await service.until(session, ({ verified }) => verified !== undefined);

    const { status, body } = await call<TimelineView>('GET', `${pathOf(session)}/timeline`);
    expect(status).toBe(200);
    expect(body.dropped).toBe(0);
    const story = body.entries.map(({ kind, summary, disposition }) =>
      [kind, summary, disposition].join(' | '),
    );
    expect(story.slice(0, 7)).toEqual([
      'command | registered: expects 300.00 SEK, reference 1000123 | ',
      'hook | order_status order_pending | applied',
      'read | read (a hook came): pending | ',
      'change | created → pending | ',
      'hook | order_status order_approved_not_captured | applied',
      'read | read (a hook came): placed | ',
      'change | pending → placed | ',
    ]);
    expect(story).toContain('hook | session_status completed | applied');
    expect(story).toContain('person | shop asked for a recheck | ');
    const times = body.entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });
});

describe('listing', () => {
  /** Visibility is a moment behind, so it is asked until it has caught up. */
  async function listed(query: string, isSo: (ids: readonly string[]) => boolean): Promise<Order[]> {
    const ask = async () => {
      const { status, body } = await call<{ orders: Order[]; cursor: string | null }>(
        'GET',
        `/v1/orders?${query}`,
      );
      if (status !== 200) throw new Error(`${query}: ${status} ${JSON.stringify(body)}`);
      return body.orders;
    };
    return until(ask, (orders) => isSo(orders.map(({ id }) => id)));
  }
  const has = (session: string) => (ids: readonly string[]) => ids.includes(orderIdOf(session));
  const isOnly = (session: string) => (ids: readonly string[]) => ids.join() === orderIdOf(session);
  const ofReference = (reference: string) => `reference=${encodeURIComponent(reference)}`;

  test('by status: in one list at a time', async () => {
    const reference = `status-${randomUUID()}`;
    const session = await opened();
    await register(session, { reference });
    await listed(`${ofReference(reference)}&status=created`, isOnly(session));
    await service.act(session, 'complete');
    const [order] = await listed(`${ofReference(reference)}&status=pending`, isOnly(session));
    expect(order).toMatchObject({ status: 'pending', amounts: { expected: 30_000 } });
    await listed(`${ofReference(reference)}&status=created`, (ids) => ids.length === 0);
  });

  test('by account: nothing of one that is not there, or that the key may not see', async () => {
    const session = await opened();
    await register(session);
    await listed('account=acme-se&limit=200', has(session));
    for (const [query, key] of [
      ['account=acme-no', 'shop-key'],
      [`account=${encodeURIComponent("x') OR ('1' = '1")}`, 'shop-key'],
      ['account=acme-se', 'elsewhere-key'],
      ['', 'elsewhere-key'],
    ] as const)
      expect(await call('GET', `/v1/orders?${query}`, undefined, as(key))).toMatchObject({
        status: 200,
        body: { orders: [], cursor: null },
      });
  });

  describe('by reference', () => {
    // At the head of every reference, so that each is of this run alone.
    const run = randomUUID().slice(0, 8);
    const texts = [
      "O'Brien",
      "x' OR Account != 'y",
      "x' OR '1' = '1",
      'per%cent_under?score*',
      'Größe 42 🙂',
      '1000123; DROP TABLE executions',
      ' spaced ',
      '"quoted"',
      '`ticked`',
      "'quoted'",
      "x'",
      'a\\b',
      "\\' OR 1=1 --",
      '{"json":[1]}',
    ];
    const sessions = new Map(texts.map((text) => [text, randomUUID()]));

    beforeAll(async () => {
      for (const [text, session] of sessions)
        expect((await register(session, { reference: `${run}${text}` })).status).toBe(201);
      const all = [...sessions.values()].map(orderIdOf);
      await listed('status=created&limit=200', (ids) => all.every((id) => ids.includes(id)));
    });

    const found = async (reference: string) => {
      const { body } = await call<{ orders: Order[] }>('GET', `/v1/orders?${ofReference(reference)}`);
      return body.orders.map(({ id }) => id);
    };

    test.each(texts)('%j: the one order that has it', async (text) => {
      expect(await found(`${run}${text}`)).toEqual([orderIdOf(sessions.get(text)!)]);
    });

    test.each(["'", '"', '\\', "' OR '1' = '1", "x' OR Account != 'y", '%', ''])(
      '%j, which is not the whole of any: none',
      async (text) => {
        expect(await found(text)).toEqual([]);
        expect(await found(`${run}${text}.`)).toEqual([]);
      },
    );
  });

  test('by escalation, and by how long it has been pending', async () => {
    const reference = `stuck-${randomUUID()}`;
    const session = await opened();
    await register(session, { reference });
    await service.act(session, 'complete');
    await service.until(session, isPending);
    await listed(`${ofReference(reference)}&escalated=false`, isOnly(session));
    await service.forward(session, 16 * minute);
    const [order] = await listed(`${ofReference(reference)}&escalated=true`, isOnly(session));
    expect(order?.escalation).toMatchObject({ level: 1, reasons: ['pending'] });
    await listed(`${ofReference(reference)}&escalated=false`, (ids) => ids.length === 0);

    const before = (ms: number) =>
      `pendingBefore=${encodeURIComponent(new Date(Date.now() + ms).toISOString())}`;
    await listed(`${ofReference(reference)}&${before(minute)}`, isOnly(session));
    await listed(`${ofReference(reference)}&${before(-minute)}`, (ids) => ids.length === 0);
    const { body } = await call<{ escalations: Order[]; counts: { total: number } }>(
      'GET',
      '/v1/escalations',
    );
    expect(body.escalations.map(({ id }) => id)).toContain(orderIdOf(session));
    expect(body.counts.total).toBeGreaterThanOrEqual(1);
  });

  test('page by page: every order once, and no cursor after the last', async () => {
    const reference = `pages-${randomUUID()}`;
    const ids = Array.from({ length: 7 }, () => randomUUID());
    for (const session of ids) await register(session, { reference });
    await listed(ofReference(reference), (found) => found.length === 7);
    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null && pages.length < 10) {
      const asked = `${ofReference(reference)}&limit=3${cursor && `&cursor=${cursor}`}`;
      const page: Answer<{ orders: Order[]; cursor: string | null }> = await call(
        'GET',
        `/v1/orders?${asked}`,
      );
      pages.push(page.body.orders.map(({ id }) => id));
      ({ cursor } = page.body);
    }
    expect(pages.every((page) => page.length <= 3)).toBe(true);
    expect(pages.flat().toSorted()).toEqual(ids.map(orderIdOf).toSorted());
  });

  test.each([
    'status=shipped',
    'limit=0',
    'limit=201',
    'limit=x',
    'escalated=perhaps',
    'pendingBefore=yesterday',
    'pendingBefore=2026-01-01',
    'cursor=nonsense',
  ])('with %s is 400', async (asked) => {
    expectProblem(await call('GET', `/v1/orders?${asked}`), 400, 'invalid_request');
  });

  test.each(['limit=0', 'reason=boredom', 'cursor=nonsense'])(
    'of escalations with %s is 400',
    async (asked) => {
      expectProblem(await call('GET', `/v1/escalations?${asked}`), 400, 'invalid_request');
    },
  );
});

test('without a worker orders can still be registered, hooked and read', async () => {
  await service.stopWorker();
  const [registered, hooked] = [await opened(), await service.openSession({ hookUrl: undefined })];
  const first = await register(registered);
  expect(first).toMatchObject({ status: 201, body: { status: 'created' } });
  expect((await call('GET', pathOf(registered))).body).toEqual(first.body);
  const hook = { event: 'order_status', status: 'order_pending', sessionId: hooked };
  expect((await service.hook(hook)).status).toBe(202);
  expect((await call('GET', pathOf(hooked))).body).toMatchObject({
    id: orderIdOf(hooked),
    status: 'created',
  });
  await service.act(hooked, 'complete');
  await service.startWorker();
  expect(await service.until(hooked, isPending)).toBeDefined();
});

describe('keys', () => {
  const id = orderIdOf('nobody');
  const decision = { by: 'ada', reason: 'looking' };
  const routes: [string, string, 'read' | 'write' | 'ops', unknown][] = [
    ['POST', '/v1/orders', 'write', { ...terms, sessionId: randomUUID() }],
    ['GET', '/v1/orders', 'read', undefined],
    ['GET', `/v1/orders/${id}`, 'read', undefined],
    ['GET', `/v1/orders/${id}/timeline`, 'read', undefined],
    ['POST', `/v1/orders/${id}/recheck`, 'write', undefined],
    ['GET', '/v1/escalations', 'read', undefined],
    ['POST', `/v1/orders/${id}/escalation/acknowledge`, 'ops', decision],
    ['POST', `/v1/orders/${id}/escalation/resolve`, 'ops', decision],
    ['POST', `/v1/orders/${id}/escalation/reopen`, 'ops', decision],
    ['POST', `/v1/orders/${id}/notes`, 'ops', { code: 'chargeback', by: 'ada', text: 'a letter' }],
    ['POST', `/v1/orders/${id}/escalation/snooze`, 'ops', { ...decision, until: '2030-01-01T00:00:00Z' }],
  ];

  test.each(routes)(
    '%s %s needs one: 401 without, and with a wrong one',
    async (method, path, _scope, body) => {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer other',
        'Bearer shop-key2',
        'Basic shop-key',
        'shop-key',
      ]) {
        const refused = await call(method, path, body, { authorization });
        expectProblem(refused, 401, 'unauthorized');
        expect(refused.headers.get('www-authenticate')).toBe('Bearer');
      }
    },
  );

  test.each(routes.filter(([, , scope]) => scope !== 'read'))(
    '%s %s is 403 with a key that may only read',
    async (method, path, scope, body) => {
      expect(expectProblem(await call(method, path, body, as('reader-key')), 403, 'forbidden')).toContain(
        scope,
      );
    },
  );

  test('an order of another account is not there', async () => {
    const session = await opened('complete');
    await service.until(session, isPending);
    const path = pathOf(session);
    const calls: [string, string, unknown?][] = [
      ['GET', path],
      ['GET', `${path}?after=0&wait=1s`],
      ['GET', `${path}/timeline`],
      ['POST', `${path}/recheck`],
      ['POST', `${path}/escalation/acknowledge`, decision],
      ['POST', '/v1/orders', { ...terms, sessionId: session }],
    ];
    for (const [method, url, body] of calls)
      expectProblem(await call(method, url, body, as('elsewhere-key')), 404, 'not_found');
    expect((await service.order(session)).amounts).not.toHaveProperty('expected');
    expect((await call('GET', path, undefined, as('reader-key'))).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const key = () => ({ 'idempotency-key': randomUUID() });
  const rechecks = async (session: string) =>
    (await service.timeline(session)).filter(({ summary }) => summary.endsWith('asked for a recheck'));

  test('on a recheck: the same key is the same answer and one recheck, another key is another', async () => {
    const session = await opened();
    await register(session);
    const headers = key();
    const first = await call('POST', `${pathOf(session)}/recheck`, undefined, headers);
    expect(first.status).toBe(202);
    const again = await call('POST', `${pathOf(session)}/recheck`, undefined, headers);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await rechecks(session)).toHaveLength(1);
    await call('POST', `${pathOf(session)}/recheck`, undefined, key());
    expect(await rechecks(session)).toHaveLength(2);
  });

  test('is of one order: the same key elsewhere is another command', async () => {
    const headers = key();
    for (const session of [await opened(), await opened()]) {
      await register(session);
      expect((await call('POST', `${pathOf(session)}/recheck`, undefined, headers)).body.id).toBe(
        orderIdOf(session),
      );
      expect(await rechecks(session)).toHaveLength(1);
    }
  });

  test.each(['', ' ', 'a b', 'x'.repeat(129), 'ö'])('of %j is 400', async (value) => {
    const session = await opened();
    await register(session);
    const headers = { 'idempotency-key': value };
    expectProblem(
      await call('POST', `${pathOf(session)}/recheck`, undefined, headers),
      400,
      'invalid_request',
    );
  });

  test('on a decision: the same body is the same answer, another body is 422 and changes nothing', async () => {
    const session = await opened();
    await register(session);
    await service.act(session, 'complete');
    await service.until(session, isPending);
    const path = `${pathOf(session)}/escalation/acknowledge`;
    const body = { by: 'ada', reason: 'looking' };
    expectProblem(await call('POST', path, body, key()), 409, 'no_escalation');
    await service.forward(session, 16 * minute);

    const headers = key();
    const first = await call('POST', path, body, headers);
    expect(first).toMatchObject({
      status: 200,
      body: { escalation: { state: 'acknowledged', owner: 'ada' } },
    });
    expect((await call('POST', path, body, headers)).body).toEqual(first.body);
    for (const other of [
      { ...body, by: 'bob' },
      { ...body, reason: 'another' },
    ])
      expectProblem(await call('POST', path, other, headers), 422, 'key_reused');
    expectProblem(await call('POST', path, { ...body, by: 'bob' }, key()), 409, 'already_acknowledged');
    const said = (await service.timeline(session)).filter(({ kind }) => kind === 'person');
    expect(said.map(({ summary }) => summary)).toEqual([
      'ada acknowledged the escalation: looking',
      expect.stringMatching(/^bob wanted to acknowledge the escalation, too late: ada acknowledged it at /),
    ]);
  });
});

describe('open to everybody', () => {
  test('/healthz and /readyz', async () => {
    expect(await call('GET', '/healthz', undefined, { authorization: '' })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect((await call('GET', '/readyz', undefined, { authorization: '' })).status).toBe(200);
  });

  test('/docs is a page', async () => {
    const page = await fetch(`${service.url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });

  test.each(['/nothing', '/v1', '/v1/orders/x/y/z'])('%s, where nothing is: 404', async (path) => {
    expectProblem(await call('GET', path), 404, 'not_found');
  });

  test('a path that cannot be decoded is a problem too', async () => {
    expectProblem(await service.call('GET', '/v1/orders/%zz'), 400, 'invalid_request');
  });
});

describe('/openapi.json', () => {
  type Responses = Record<string, { content?: Record<string, { schema: object }> }>;
  interface Document {
    openapi: string;
    paths: Record<string, Record<string, { responses: Responses }>>;
    components: { schemas: object };
  }
  let document: Document;
  beforeAll(async () => {
    document = (await service.call<Document>('GET', '/openapi.json', undefined, { authorization: '' })).body;
  });

  /** What the document says about an answer; undefined for a path that it leaves out. */
  function documented({ method, path }: (typeof answers)[number]) {
    const [asked = ''] = path.split('?');
    const found = Object.entries(document.paths).find(([template]) =>
      new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(asked),
    );
    const responses = found?.[1][method.toLowerCase()]?.responses;
    return responses && { route: `${method} ${found[0]}`, responses };
  }

  test('is a document of version 3.1 with every route of the API', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const route of [
      'POST /v1/orders',
      'GET /v1/orders',
      'GET /v1/orders/{id}',
      'GET /v1/orders/{id}/timeline',
      'POST /v1/orders/{id}/recheck',
      'GET /v1/escalations',
      'POST /v1/orders/{id}/escalation/acknowledge',
      'POST /v1/orders/{id}/escalation/snooze',
      'POST /v1/orders/{id}/escalation/resolve',
      'POST /v1/orders/{id}/escalation/reopen',
      'POST /v1/orders/{id}/notes',
    ])
      expect(routes).toContain(route);
  });

  test('names every status that this file was answered with', () => {
    const unnamed = answers.flatMap((one) => {
      const known = documented(one);
      return known && !known.responses[one.answer.status] ? [`${known.route}: ${one.answer.status}`] : [];
    });
    expect(answers.length).toBeGreaterThan(100);
    expect([...new Set(unnamed)].toSorted()).toEqual([]);
  });

  test('has a schema that every answer of this file fits', () => {
    const defs = JSON.parse(
      JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
    ) as object;
    const unfit = answers.flatMap((one) => {
      const known = documented(one);
      const { status, body } = one.answer;
      const [content] = Object.values(known?.responses[status]?.content ?? {});
      if (!known || !content) return [];
      const schema = JSON.parse(
        JSON.stringify(content.schema).replaceAll('#/components/schemas/', '#/$defs/'),
      ) as object;
      const parsed = z
        .fromJSONSchema({ ...schema, $defs: defs } as Parameters<typeof z.fromJSONSchema>[0])
        .safeParse(body);
      return parsed.success ? [] : [`${known.route}: ${status} ${parsed.error.message}`];
    });
    expect([...new Set(unfit)]).toEqual([]);
  });

  test('calls problems what they are', () => {
    const types = answers.flatMap((one) => {
      const content = documented(one)?.responses[one.answer.status]?.content;
      const [sent = ''] = one.answer.headers.get('content-type')?.split(';') ?? [];
      return content && !(sent in content) ? [`${sent} documented as ${Object.keys(content).join()}`] : [];
    });
    expect([...new Set(types)]).toEqual([]);
  });
});
