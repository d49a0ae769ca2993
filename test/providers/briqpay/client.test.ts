import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { briqpayClient } from '../../../src/providers/briqpay/index.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import { canaries } from '../../../sandbox/briqpay/canaries.ts';
import { startSandbox, type RunningSandbox } from '../../../sandbox/start.ts';

const credentials = { username: 'acme', secret: 'hush-canary-secret' };
const unknown = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ briqpay: credentials });
});
beforeEach(() => fetch(`${sandbox.url}/sandbox/reset`, { method: 'POST' }));
afterAll(() => sandbox.stop());

test('a read is the session in the words of this house', async () => {
  const session = await opened('complete', 'approve', 'capture');
  expect(await read(session)).toEqual({
    ok: true,
    reading: {
      presence: 'closed',
      outcome: 'approved',
      captured: 'full',
      ordered: { amount: 30_000, currency: 'SEK' },
      movements: [
        {
          kind: 'authorization',
          id: expect.any(String),
          aliases: [expect.any(String)],
          status: 'approved',
          amount: 30_000,
          currency: 'SEK',
          createdAt: expect.any(Number),
        },
        {
          kind: 'capture',
          id: expect.any(String),
          status: 'approved',
          amount: 30_000,
          currency: 'SEK',
          createdAt: expect.any(Number),
        },
      ],
      reference: '1000123',
      method: 'invoice',
    },
  });
});

test('it asks once, and not for what it must not know', async () => {
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.end(JSON.stringify({ sessionId: unknown }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await read(unknown, { baseUrl })).ok).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  const [, path, fields] = /^GET (.+)\?fields=(.+)$/.exec(asked.join()) ?? [];
  expect(path).toBe(`/v3/session/${unknown}`);
  expect(
    decodeURIComponent(fields ?? '')
      .split(',')
      .toSorted(),
  ).toEqual(['captures', 'data', 'moduleStatus', 'references', 'refunds', 'sessionId', 'status']);
});

test('nothing personal and no token is in a reading', async () => {
  const reading = JSON.stringify(await read(await opened('complete', 'approve', 'capture', 'refund')));
  for (const canary of canaries) expect(reading).not.toContain(canary);
});

test.each([
  ['another secret', { secret: 'other' }],
  ['another user', { username: 'other' }],
])('%s: the credentials are at fault, never the session', async (_, wrong) => {
  const session = await opened();
  const expected = { ok: false, failure: 'credentials', isTransient: false, detail: 'HTTP 403' };
  expect(await read(session, wrong)).toEqual(expected);
  expect(await read(unknown, wrong)).toEqual(expected);
});

test('a session that the provider does not know', async () => {
  expect(await read(unknown)).toEqual({
    ok: false,
    failure: 'unknown_session',
    isTransient: false,
    detail: 'HTTP 404',
  });
});

test('an answer about another session is discarded, and does not say which', async () => {
  const session = await opened('complete');
  await spoil(session, { kind: 'other_session', sessionId: 'canary-session' });
  const foreign = await read(session);
  expect(foreign).toMatchObject({ ok: false, failure: 'foreign_session', isTransient: false });
  expect(JSON.stringify(foreign)).not.toContain('canary');
});

describe('a fault on the way', () => {
  test.each([
    [{ kind: 'status', status: 401 }, 'credentials', false],
    [{ kind: 'status', status: 403 }, 'credentials', false],
    [{ kind: 'status', status: 404 }, 'unknown_session', false],
    [{ kind: 'status', status: 408 }, 'timeout', true],
    [{ kind: 'status', status: 429 }, 'rate_limited', true],
    [{ kind: 'status', status: 500 }, 'unavailable', true],
    [{ kind: 'status', status: 502 }, 'unavailable', true],
    [{ kind: 'status', status: 503 }, 'unavailable', true],
    [{ kind: 'status', status: 504 }, 'unavailable', true],
    [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'unavailable', true],
    [{ kind: 'huge' }, 'unavailable', true],
    [{ kind: 'reset' }, 'unavailable', true],
    [{ kind: 'truncated' }, 'unavailable', true],
    [{ kind: 'html' }, 'unavailable', true],
    [{ kind: 'empty' }, 'unavailable', true],
    [{ kind: 'null' }, 'unavailable', true],
    [{ kind: 'array' }, 'unavailable', true],
  ])('%j is %s, transient: %s, and over with the next read', async (fault, failure, isTransient) => {
    const session = await opened('complete');
    await spoil(session, fault);
    const spoilt = await read(session);
    expect(spoilt).toMatchObject({ ok: false, failure, isTransient });
    for (const canary of [...canaries, credentials.secret])
      expect(JSON.stringify(spoilt)).not.toContain(canary);
    expect(await read(session)).toMatchObject({ ok: true });
  });

  test.each(['hang', 'hang_body'])('%s ends with whoever asked', async (kind) => {
    const session = await opened('complete');
    await spoil(session, { kind });
    expect(await read(session, {}, AbortSignal.timeout(100))).toMatchObject({ ok: false, isTransient: true });
  });

  test('an answer that is merely slow is awaited', async () => {
    const session = await opened('complete');
    await spoil(session, { kind: 'slow', ms: 50 });
    expect(await read(session)).toMatchObject({ ok: true });
  });

  test('Retry-After is handed on', async () => {
    const session = await opened();
    await spoil(session, { kind: 'status', status: 429, retryAfter: 7 });
    expect(await read(session)).toMatchObject({ failure: 'rate_limited', retryAfterMs: 7_000 });
  });
});

describe('a fault of content', () => {
  test('an amount that is no whole number is not known, and is named', async () => {
    const session = await opened('complete');
    await spoil(session, { kind: 'amount', delta: 0.5 });
    const answer = await read(session);
    expect(answer).toMatchObject({
      ok: true,
      reading: { unreadable: expect.arrayContaining(['order: amount']) },
    });
    expect(answer.ok && answer.reading).not.toHaveProperty('ordered');
  });

  test('another amount, another currency and an older session are readings: the domain judges them', async () => {
    const session = await opened('complete', 'approve');
    await spoil(
      session,
      { kind: 'amount', delta: -100 },
      { kind: 'currency', currency: 'EUR' },
      { kind: 'stale', reads: 1 },
    );
    expect(await read(session)).toMatchObject({ reading: { ordered: { amount: 29_900, currency: 'SEK' } } });
    expect(await read(session)).toMatchObject({ reading: { ordered: { amount: 30_000, currency: 'EUR' } } });
    expect(await read(session)).toMatchObject({ reading: { outcome: 'pending' } });
  });

  test('an order status that nobody knows is named', async () => {
    const session = await opened('complete', 'approve');
    await spoil(session, { kind: 'order_status', value: 'order_teleported' });
    expect(await read(session)).toMatchObject({ ok: true, reading: { unknown: ['order_teleported'] } });
  });
});

test('a session id cannot leave its place in the path', async () => {
  for (const key of ['../sandbox', 'x?fields=none', 'x#y', '//evil.example/x', 'https://evil.example'])
    expect(await read(key)).toMatchObject({ ok: false, failure: 'unknown_session' });
});

function read(
  key: string,
  account: object = {},
  signal = new AbortController().signal,
): Promise<ReadAttempt> {
  const client = briqpayClient({ baseUrl: sandbox.url, ...credentials, ...account }, Date.now);
  return client.read({ kind: 'deposit', key }, signal);
}

/** A session of 300.00 SEK to which these things have happened. */
async function opened(...actions: string[]): Promise<string> {
  const { sessionId } = (await control('POST', '/sessions', { reference: '1000123' })) as {
    sessionId: string;
  };
  for (const action of actions) await control('POST', `/sessions/${sessionId}/actions`, { action });
  return sessionId;
}

async function spoil(session: string, ...faults: object[]): Promise<void> {
  await control('PUT', `/sessions/${session}/faults`, faults);
}

async function control(method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${sandbox.url}/sandbox/briqpay${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
