import { type BridgerpayHarness, openBridgerpay, withBridgerpay } from './harness.ts';

let clock: number;
let harness: BridgerpayHarness;
beforeEach(async () => {
  clock = Date.parse('2026-09-20T10:00:00Z');
  harness = await openBridgerpay({ now: () => clock });
});
afterEach(() => harness.close());

const read = (token?: string) =>
  harness.api('GET', '/merchant/sandbox-api-key/deposits/o-1', undefined, token);

describe('log-in', () => {
  test('gives a token in the envelope, for two hours', async () => {
    const { status, body } = await harness.logIn();
    expect(status).toBe(200);
    expect(body).toEqual({
      response: { status: 'OK', code: 200, message: 'OK' },
      result: {
        access_token: { token: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/), expires_in: 7200 },
        refresh_token: expect.anything(),
      },
    });
  });

  test.each([{ password: 'no' }, { user_name: 'nobody' }])(
    'a wrong one (%j) is a 200 that says 403',
    async (wrong) => {
      const given = { user_name: 'sandbox', password: 'sandbox-password', ...wrong };
      const { status, body } = await harness.logIn(given);
      expect([status, body.response.code, body.response.message]).toEqual([200, 403, 'login_failue']);
      expect(body.result).toBeNull();
    },
  );

  test('an incomplete one is a 400 that names the field', async () => {
    const { status, body } = await harness.logIn({ user_name: 'sandbox' });
    expect([status, body.response.code]).toEqual([400, 400]);
    expect(body.result).toEqual([
      { type: 'validation_error', field: 'password', message: expect.any(String) },
    ]);
  });

  test('several tokens live side by side', async () => {
    const [one, other] = [await harness.renew(), await harness.renew()];
    expect(one).not.toBe(other);
    expect([(await read(one)).status, (await read(other)).status]).toEqual([200, 200]);
  });

  test('the credentials are those of the options', async () => {
    const bridgerpay = { username: 'acme', password: 'hush', apiKey: 'key-1', cashierKey: 'cash-1' };
    await withBridgerpay({ bridgerpay }, async (acme) => {
      const usual = await acme.logIn({ user_name: 'sandbox', password: 'sandbox-password' });
      expect(usual.body.response.code).toBe(403);
      expect((await acme.deposit('o-1')).status).toBe(200);
      expect((await acme.api('GET', '/merchant/sandbox-api-key/deposits/o-1')).status).toBe(401);
    });
  });
});

describe('token', () => {
  test('without one every endpoint is 401', async () => {
    const endpoints = [
      ['POST', '/cashier/session/create/sandbox-api-key'],
      ['GET', '/merchant/sandbox-api-key/deposits/o-1'],
      ['GET', '/sandbox-api-key/payouts?merchantOrderId=o-1'],
      ['GET', '/sandbox-api-key/payouts/p-1'],
      ['POST', '/sandbox-api-key/payouts'],
      ['POST', '/sandbox-api-key/transactions/t-1/refund'],
      ['POST', '/sandbox-api-key/transactions/t-1/refund/5.00'],
    ];
    for (const [method = '', path = ''] of endpoints) {
      const { status, body } = await harness.api(method, path, undefined, '');
      expect([path, status, body.response.code, body.result]).toEqual([path, 401, 401, null]);
    }
  });

  test('one that nobody gave out is 401', async () => {
    expect((await read('a.b.c')).status).toBe(401);
  });

  test('it lives two hours by the clock of the sandbox, not a moment longer', async () => {
    clock += 7_199_999;
    expect((await read()).status).toBe(200);
    clock += 1;
    expect((await read()).body.response).toMatchObject({ code: 401, status: 'Unauthorized' });
    await harness.renew();
    expect((await read()).status).toBe(200);
  });

  test('all can be revoked; a new log-in helps', async () => {
    expect((await harness.control('DELETE', '/tokens')).status).toBe(204);
    expect((await read()).status).toBe(401);
    await harness.renew();
    expect((await read()).status).toBe(200);
  });

  test('a reset revokes them too', async () => {
    await harness.call('POST', '/sandbox/reset');
    expect((await read()).status).toBe(401);
  });
});

describe('API key', () => {
  test('a wrong one is 401, without status and result', async () => {
    const { status, body } = await harness.api('GET', '/merchant/other/deposits/o-1');
    expect(status).toBe(401);
    expect(body).toEqual({ response: { code: 401, message: "merchant api key 'other' is invalid" } });
  });
});

test('log-ins and refused reads are in the ledger', async () => {
  await harness.logIn({ user_name: 'sandbox', password: 'no' });
  await read('a.b.c');
  await read();
  const { logins, reads } = await harness.ledger('o-1');
  expect(logins).toEqual([
    { at: '2026-09-20T10:00:00.000Z', operation: 'login', status: 200, code: 200 },
    { at: '2026-09-20T10:00:00.000Z', operation: 'login', status: 200, code: 403 },
  ]);
  expect(reads).toEqual([
    expect.objectContaining({ kind: 'deposit', orderId: 'o-1', status: 401, code: 401 }),
    expect.objectContaining({ kind: 'deposit', orderId: 'o-1', status: 200, code: 404 }),
  ]);
});

describe('errors of the wire', () => {
  test('an unknown route, and a body that is no JSON, come in the envelope', async () => {
    const nowhere = await harness.api('GET', '/nowhere/at/all/here');
    const broken = await harness.api('POST', '/sandbox-api-key/payouts', '{"order_id":');
    expect([nowhere.status, nowhere.body.response.code]).toEqual([404, 404]);
    expect([broken.status, broken.body.response.code]).toEqual([400, 400]);
  });
});
