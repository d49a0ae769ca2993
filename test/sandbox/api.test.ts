import { canaries } from '../../sandbox/briqpay/canaries.ts';
import { basic, type Harness, mugs, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function shopOrder(changes: object = {}) {
  return {
    product: { type: 'payment', intent: 'payment_one_time' },
    customerType: 'consumer',
    country: 'SE',
    locale: 'sv-se',
    urls: { terms: 'https://shop.test/terms', redirect: 'https://shop.test/thanks/{briqpay_session}' },
    references: { reference1: '1000123' },
    data: mugs(3).data,
    modules: { loadModules: ['payment'], config: { payment: { decision: { enabled: true } } } },
    hooks: [
      { eventType: 'order_status', statuses: ['order_pending'], method: 'POST', url: harness.receiver.url },
    ],
    ...changes,
  };
}

describe('log-in', () => {
  test('without credentials 401, with wrong ones 403', async () => {
    const id = await harness.session();
    const nobody = await harness.api('GET', `/session/${id}`, undefined, {});
    const stranger = await harness.api('GET', `/session/${id}`, undefined, {
      authorization: basic('sandbox', 'no'),
    });
    expect([nobody.status, stranger.status]).toEqual([401, 403]);
    expect(stranger.body).toEqual({ error: { code: 'FORBIDDEN', message: expect.any(String) } });
  });

  test('a refused read is in the ledger', async () => {
    const id = await harness.session();
    await harness.api('GET', `/session/${id}`, undefined, { authorization: basic('sandbox', 'no') });
    expect((await harness.ledger(id)).reads).toEqual([
      expect.objectContaining({ sessionId: id, status: 403 }),
    ]);
  });
});

describe('create', () => {
  test('answers a started session with its id, snippet and token', async () => {
    const { status, body } = await harness.api('POST', '/session', shopOrder());
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'started', references: { reference1: '1000123' }, country: 'SE' });
    expect(body.sessionId).toMatch(uuid);
    expect(body.htmlSnippet).toContain(body.sessionId);
    expect(body.clientToken.split('.')).toHaveLength(3);
    expect(body.data.order.amountIncVat).toBe(30_000);
  });

  test('fields=none answers 204', async () => {
    const { status, text } = await harness.api('POST', '/session?fields=none', shopOrder());
    expect([status, text]).toEqual([204, '']);
  });

  test.each([
    ['no order', { data: {} }, 'body.data.order'],
    [
      'an amount in major units',
      { data: { order: { ...mugs(3).data.order, amountIncVat: 300.5 } } },
      'amountIncVat',
    ],
    [
      'totals that are not the sums of the lines',
      { data: { order: { ...mugs(3).data.order, amountIncVat: 1 } } },
      'sums',
    ],
    ['an empty billing list', { data: { ...mugs(3).data, billing: [] } }, 'body.data.billing'],
    [
      'a company on a consumer session',
      { data: { ...mugs(3).data, company: { name: 'AB' } } },
      'body.data.company',
    ],
    ['decision one level off', { modules: { loadModules: ['payment'], decision: {} } }, 'body.modules'],
    [
      'a hook for a status that the event lacks',
      {
        hooks: [
          {
            eventType: 'order_status',
            statuses: ['captured_full'],
            method: 'POST',
            url: 'https://shop.test',
          },
        ],
      },
      'body.hooks.0.statuses',
    ],
    [
      'a hook without a URL',
      { hooks: [{ eventType: 'order_status', statuses: ['order_pending'], method: 'POST', url: '/hooks' }] },
      'body.hooks.0.url',
    ],
    [
      'a reference of 513 characters',
      { references: { reference1: 'x'.repeat(513) } },
      'body.references.reference1',
    ],
  ])('refuses %s', async (_name, changes, where) => {
    const { status, body } = await harness.api('POST', '/session', shopOrder(changes));
    expect(status).toBe(400);
    expect(body.error.code).toBe('INVALID_DATA');
    expect(body.error.message).toContain(where);
  });

  test('refuses what is not JSON, and an empty body', async () => {
    const broken = await harness.api('POST', '/session', '{"product":');
    const empty = await harness.api('POST', '/session');
    expect([broken.body.error.code, empty.body.error.code]).toEqual(['INVALID_DATA', 'INVALID_DATA']);
    expect([broken.status, empty.status]).toEqual([400, 400]);
  });
});

describe('read', () => {
  test('shows the whole session, personal data and token included', async () => {
    const { status, body, text } = await harness.read(await harness.session());
    expect(status).toBe(200);
    expect(Object.keys(body.data)).toEqual(
      expect.arrayContaining(['billing', 'shipping', 'strongAuth', 'order']),
    );
    for (const canary of canaries) expect(text).toContain(canary);
  });

  test('fields limit the answer to what they name', async () => {
    const { body } = await harness.read(
      await harness.session(),
      '?fields=sessionId,status,moduleStatus,nonsense',
    );
    expect(Object.keys(body)).toEqual(['sessionId', 'status', 'moduleStatus']);
  });

  test('fields=none answers 204 without a body', async () => {
    const { status, text } = await harness.read(await harness.session(), '?fields=none');
    expect([status, text]).toEqual([204, '']);
  });

  test('an unknown session is 404', async () => {
    const { status, body } = await harness.read('61c16f84-b42e-4e1c-a114-a117a6e1e27d');
    expect(status).toBe(404);
    expect(body.error.code).toBe('SESSION_NOT_FOUND');
  });

  test('an unknown route is 404 in the same shape', async () => {
    const { status, body } = await harness.api('GET', '/nothing');
    expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('older sessions list captures and refunds at the top level too', async () => {
    const id = await harness.session({ behaviour: { legacyLists: true } });
    await harness.act(id, 'complete', 'approve', 'capture', { action: 'refund', amount: 100 });
    const { body } = await harness.read(id);
    expect(body.captures).toEqual(body.data.captures);
    expect(body.refunds).toEqual(body.data.refunds);
    expect(body.refunds).toHaveLength(1);
  });
});

describe('references', () => {
  test.each(['metadata', 'order/update/references'])('PATCH %s replaces the map', async (path) => {
    const id = await harness.session({ references: { cartId: 'cart-77' } });
    const { status, body } = await harness.api('PATCH', `/session/${id}/${path}`, {
      references: { reference1: '7' },
    });
    expect(status).toBe(200);
    expect(body.references).toEqual({ reference1: '7' });
    expect((await harness.read(id)).body.references).toEqual({ reference1: '7' });
  });

  test('fields=none answers 204', async () => {
    const id = await harness.session();
    const body = { references: { reference1: '7' } };
    expect((await harness.api('PATCH', `/session/${id}/metadata?fields=none`, body)).status).toBe(204);
  });

  test('a value that is not a string is refused', async () => {
    const id = await harness.session();
    const { status } = await harness.api('PATCH', `/session/${id}/metadata`, {
      references: { reference1: 7 },
    });
    expect(status).toBe(400);
  });
});

describe('decision', () => {
  test('allow and a soft rejection leave the session open', async () => {
    const id = await harness.session();
    const soft = { decision: 'reject', rejectionType: 'notify_user', softErrors: [{ message: 'sold out' }] };
    expect((await harness.api('POST', `/session/${id}/decision`, soft)).status).toBe(204);
    expect((await harness.api('POST', `/session/${id}/decision`, { decision: 'allow' })).status).toBe(204);
    expect((await harness.act(id, 'complete')).status).toBe(200);
  });

  test('a rejection for good ends the session', async () => {
    const id = await harness.session();
    const hard = {
      decision: 'reject',
      rejectionType: 'reject_session_with_error',
      hardError: { message: 'no' },
    };
    await harness.api('POST', `/session/${id}/decision`, hard);
    expect((await harness.read(id)).body.status).toBe('rejected');
    expect((await harness.act(id, 'complete')).status).toBe(409);
  });

  test('a rejection without its type is refused, and so is one after completion', async () => {
    const id = await harness.session();
    expect((await harness.api('POST', `/session/${id}/decision`, { decision: 'reject' })).status).toBe(400);
    await harness.act(id, 'complete');
    const late = await harness.api('POST', `/session/${id}/decision`, { decision: 'allow' });
    expect([late.status, late.body.error.code]).toEqual([400, 'SESSION_ALREADY_COMPLETED']);
  });
});
