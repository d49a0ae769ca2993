import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { createApp } from '../../src/api/app.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import type { Account } from '../../src/config/schema.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { startDevServer, type DevServer } from '../../tools/temporal/dev-server.ts';
import { missingSearchAttributes, prepareNamespace } from '../../src/temporal/prepare.ts';
import { hookFixture, hookNames } from '../providers/briqpay/fixtures.ts';
import { productPath } from '../support/child.ts';
import { expectProblem } from '../support/problems.ts';
import {
  expectDeclaredProblems,
  hookToken,
  orderIdOf,
  startService,
  type Service,
} from '../support/service.ts';
import { cliPath } from '../support/temporal.ts';
import { until } from '../support/until.ts';

const bucketMs = 5 * 60_000;

/** Another API process on the same Temporal: its account may be set otherwise, and its clock is the test's. */
interface Door {
  readonly url: string;
  send(
    method: string,
    path: string,
    body?: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<Answered>;
  /** A hook by POST, at the right address. */
  hook(fields: object, headers?: Record<string, string>): Promise<Answered>;
  close(): Promise<void>;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const address = `/hooks/acme-se/${hookToken}`;
const accepted = (sessionId: string) => ({
  status: 202,
  body: { order: orderIdOf(sessionId), received: true },
});
const approval = (sessionId: string) => ({
  event: 'order_status',
  status: 'order_approved_not_captured',
  sessionId,
});

let service: Service;
let door: Door;
const doors: Door[] = [];
// Ahead of the machine's clock by what is left of its five minutes, so that no test runs over their end.
const ahead = bucketMs - (Date.now() % bucketMs);
let later = 0;
const now = () => Date.now() + ahead + later;

beforeAll(async () => {
  service = await startService();
  door = await openDoor();
});
afterEach(() => {
  later = 0;
});
afterAll(async () => {
  await Promise.all(doors.map((one) => one.close()));
  await service.stop();
});

describe('a hook is accepted', () => {
  test.each([
    ['by POST', (fields: Record<string, string>) => door.hook(fields)],
    [
      'by GET, with its fields in the query',
      (fields: Record<string, string>) => door.send('GET', `${address}?${query(fields)}`),
    ],
  ])('%s: it starts an order where there is none, which reads the provider', async (_, send) => {
    const session = await paid();
    const answer = await send({ ...approval(session), reference1: '1000123', note: 'Größe & mehr #1' });
    expect(answer).toMatchObject(accepted(session));
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await service.until(session, ({ status }) => status === 'placed')).toMatchObject({
      id: orderIdOf(session),
      account: 'acme-se',
      provider: 'briqpay',
      kind: 'deposit',
      amounts: { authorized: 30_000 },
    });
    expect(await signals(session)).toBe(1);
  });

  test.each(hookNames)('as the documentation has it: %s', async (name) => {
    const session = randomUUID();
    expect(await door.hook({ ...hookFixture(name), sessionId: session })).toMatchObject(accepted(session));
    expect((await service.order(session)).id).toBe(orderIdOf(session));
  });

  test('with words that nobody knows, and whatever stands beside the fields', async () => {
    const session = await paid();
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const body = `{"event":"order_teleported","status":"?","sessionId":"${session}","__proto__":{"a":1},"deep":${deep}}`;
    expect(await door.send('POST', address, body, json)).toMatchObject(accepted(session));
    expect(await service.until(session, ({ status }) => status === 'placed')).toBeDefined();
  });

  test('with a charset in its type', async () => {
    const session = await paid();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect(await door.hook(approval(session), headers)).toMatchObject(accepted(session));
  });

  test("of an event that is nobody's business, and then starts nothing", async () => {
    const session = await paid();
    expect(await door.hook({ ...approval(session), event: 'module_ui_status' })).toMatchObject(
      accepted(session),
    );
    expect((await service.call('GET', `/v1/orders/${orderIdOf(session)}`)).status).toBe(404);
  });
});

describe('an address that is none', () => {
  const wrong = [
    ['a wrong token', '/hooks/acme-se/other'],
    ['a token that is nearly right', `/hooks/acme-se/${hookToken}x`],
    ['a longer token', `/hooks/acme-se/${'x'.repeat(1_000)}`],
    ['an unknown account', `/hooks/acme-no/${hookToken}`],
    ['an account that every object has', `/hooks/constructor/${hookToken}`],
    ['an account in other letters', `/hooks/ACME-SE/${hookToken}`],
  ] as const;

  test('is one and the same answer, whatever is wrong, and asks nothing of Temporal', async () => {
    const untouchable = new Proxy({} as ApiDependencies['client'], {
      get: (_, name) => {
        throw new Error(`asked Temporal: ${String(name)}`);
      },
    });
    const lonely = await openDoor({}, { client: untouchable });
    const answers = await Promise.all(
      wrong.flatMap(([, path]) => [
        lonely.send('POST', path, JSON.stringify(approval(randomUUID())), json),
        lonely.send('POST', path, JSON.stringify({ sessionId: '../../x' }), json),
        lonely.send('GET', `${path}?${query(approval(randomUUID()))}`),
        lonely.send('GET', path),
      ]),
    );
    for (const answer of answers) expectProblem(answer, 404, 'not_found');
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    // The right address does ask, so this test can fail.
    expect((await lonely.hook(approval(randomUUID()))).status).toBe(500);
  });

  test.each(wrong)('%s starts no order', async (_, path) => {
    const session = await paid();
    await door.send('POST', path, JSON.stringify(approval(session)), json);
    expect((await service.call('GET', `/v1/orders/${orderIdOf(session)}`)).status).toBe(404);
  });
});

describe('what was sent is wrong, which is never an error of ours', () => {
  const session = randomUUID();
  const hostile = [
    '../../x',
    '%2e%2e%2f',
    'a?b=c',
    'a#b',
    'a\nb',
    'a\0b',
    'x'.repeat(10_240),
    'https://evil.example/x',
  ];

  test.each<[string, unknown]>([
    ['no session', { event: 'order_status', status: 'order_pending' }],
    ['nothing', {}],
    ['a list', [approval(session)]],
    ['null', null],
    ['text', 'hello'],
    ['a number', 1],
    ['a session that is a number', { ...approval(session), sessionId: 7 }],
    ['a session that is a list', { ...approval(session), sessionId: [session] }],
    ['a session that is an object', { ...approval(session), sessionId: { id: session } }],
    ['a session that is null', { ...approval(session), sessionId: null }],
    ...hostile.map((id): [string, unknown] => [
      `the session ${JSON.stringify(id.slice(0, 40))}`,
      approval(id),
    ]),
  ])('%s: 400', async (_, fields) => {
    expectProblem(await door.send('POST', address, JSON.stringify(fields), json), 400, 'invalid_request');
  });

  test.each(hostile.map((id) => ({ id, shown: JSON.stringify(id.slice(0, 40)) })))(
    'the session $shown in a query: 400',
    async ({ id }) => {
      expectProblem(await door.send('GET', `${address}?${query(approval(id))}`), 400, 'invalid_request');
    },
  );

  test('a query without anything: 400', async () => {
    expectProblem(await door.send('GET', address), 400, 'invalid_request');
  });

  test.each([
    ['no JSON', 'hello'],
    ['truncated JSON', JSON.stringify(approval(session)).slice(0, -3)],
    ['an empty body', ''],
    ['a byte order mark', `\uFEFF${JSON.stringify(approval(session))}`],
    ['JSON twice', JSON.stringify(approval(session)).repeat(2)],
    ['10,000 lists in each other', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['10,000 objects in each other', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a packed body', gzipSync(JSON.stringify(approval(session)))],
  ])('%s: 400', async (_, body) => {
    expectProblem(await door.send('POST', address, body, json), 400, 'invalid_request');
  });

  test('no body and no type: 400', async () => {
    expectProblem(await door.send('POST', address), 400, 'invalid_request');
  });

  test('a token longer than any could be: 404 like every other', async () => {
    const path = `/hooks/acme-se/${'x'.repeat(2_000)}`;
    expectProblem(await door.send('POST', path, JSON.stringify(approval(session)), json), 404, 'not_found');
  });

  test('a path that cannot be decoded: 400', async () => {
    expectProblem(await door.send('POST', `/hooks/acme-se/%zz`, '{}', json), 400, 'invalid_request');
  });

  test('more than 64 KiB: 413, and one byte less is read', async () => {
    const session = await paid();
    const most = JSON.stringify(approval(session)).padEnd(64 * 1024, ' ');
    expect(await door.send('POST', address, most, json)).toMatchObject(accepted(session));
    expectProblem(await door.send('POST', address, `${most} `, json), 413, 'payload_too_large');
    expectProblem(await door.send('POST', address, 'x'.repeat(65_000 * 10), json), 413, 'payload_too_large');
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', query(approval(session))],
    ['a form in parts', 'multipart/form-data; boundary=x', '--x--'],
    ['XML', 'application/xml', '<hook/>'],
    ['plain text', 'text/plain', JSON.stringify(approval(session))],
    ['a type that is none', 'json', JSON.stringify(approval(session))],
  ])('%s: 415', async (_, type, body) => {
    expectProblem(
      await door.send('POST', address, body, { 'content-type': type }),
      415,
      'unsupported_media_type',
    );
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('%s: 405, with what is allowed', async (method) => {
    const refused = await door.send(method, address, JSON.stringify(approval(session)), json);
    expectProblem(refused, 405, 'method_not_allowed');
    expect(refused.headers.get('allow')?.split(/, */).toSorted()).toEqual(['GET', 'POST']);
  });

  test('and none of it started an order', async () => {
    expect((await service.call('GET', `/v1/orders/${orderIdOf(session)}`)).status).toBe(404);
  });
});

describe('a repeat', () => {
  test('is one signal, by whichever process and in whichever form it comes', async () => {
    const session = await paid();
    const other = await openDoor();
    const { event, status, sessionId } = approval(session);
    const forms = [
      () => door.hook({ event, status, sessionId }),
      () => door.hook({ sessionId, status, event }),
      () => door.send('POST', address, JSON.stringify({ status, event, sessionId }, null, 4), json),
      () =>
        door.send(
          'POST',
          address,
          `\n\t{"event":"order_st\\u0061tus","status":"${status}","sessionId":"${session}"}\n`,
          json,
        ),
      () => door.hook({ event, status, sessionId, reference1: '1000123' }),
      () => door.send('GET', `${address}?${query({ event, status, sessionId })}`),
      () => other.hook({ event, status, sessionId }),
    ];
    for (const send of forms) expect(await send()).toMatchObject(accepted(session));
    await service.until(session, (order) => order.status === 'placed');
    expect(await signals(session)).toBe(1);
  });

  test('of other facts is another signal', async () => {
    const session = await paid();
    const capture = { event: 'capture_status', status: 'approved', sessionId: session };
    await door.hook(approval(session));
    await door.hook({ ...approval(session), status: 'order_pending' });
    await door.hook({ ...capture, captureId: 'a' });
    await door.hook({ ...capture, captureId: 'b' });
    await door.hook({ ...capture, captureId: 'b', status: 'pending' });
    expect(await signals(session)).toBe(5);
  });

  test('1,000 times at once is one order, one run, a handful of reads, and no longer history than once', async () => {
    const [once, often] = [await paid(), await paid()];
    const other = await openDoor();
    await door.hook(approval(once));
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => (index % 2 ? door : other).hook(approval(often))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    for (const session of [once, often]) await service.until(session, ({ status }) => status === 'placed');

    expect([await signals(once), await signals(often)]).toEqual([1, 1]);
    expect(await service.reads(often)).toBeLessThanOrEqual(3);
    const [few, many] = [await service.events(once), await service.events(often)];
    expect(many.length - few.length).toBeLessThan(20);
    const handle = service.temporal.client.workflow.getHandle(orderIdOf(often));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    const { count } = await service.temporal.client.workflow.count(`WorkflowId = '${orderIdOf(often)}'`);
    expect(count).toBeLessThanOrEqual(1);
    expect(await service.order(often)).toMatchObject({ amounts: { authorized: 30_000 }, findings: [] });
  });

  test('after five minutes is a hint like any other: a duplicate that costs no read', async () => {
    const session = await paid();
    await door.hook(approval(session));
    await service.until(session, ({ status }) => status === 'placed');
    const before = await service.reads(session);
    later = bucketMs;
    expect(await door.hook(approval(session))).toMatchObject(accepted(session));
    expect(await signals(session)).toBe(2);
    const hooks = (await service.timeline(session)).filter(({ kind }) => kind === 'hook');
    expect(hooks.slice(0, 2)).toMatchObject([{ disposition: 'applied' }, { disposition: 'duplicate' }]);
    expect(await service.reads(session)).toBe(before);
  });
});

describe('orders that nobody registered have a budget', () => {
  test('beyond it 429 says when to come again; what is registered, known or a copy does not count', async () => {
    const limited = await openDoor({ unregistered: { perMinute: 2 } });
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    for (let index = 0; index < 3; index++) {
      const registered = await paid();
      await service.register(registered);
      expect(await limited.hook(approval(registered))).toMatchObject(accepted(registered));
    }
    const copies = await Promise.all(Array.from({ length: 50 }, () => limited.hook(approval(first))));
    expect(new Set(copies.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await limited.hook({ ...approval(first), status: 'order_pending' })).toMatchObject(
      accepted(first),
    );
    expect(await limited.hook(approval(second))).toMatchObject(accepted(second));

    const refused = await limited.hook(approval(third));
    expectProblem(refused, 429, 'budget_exhausted');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await service.call('GET', `/v1/orders/${orderIdOf(third)}`)).status).toBe(404);

    for (const known of [first, second]) {
      expect(await limited.hook(approval(known))).toMatchObject(accepted(known));
      expect(await limited.hook({ ...approval(known), status: 'order_rejected' })).toMatchObject(
        accepted(known),
      );
    }
    await service.register(third);
    expect(await limited.hook(approval(third))).toMatchObject(accepted(third));
  });

  test('different hooks at once of one order count once', async () => {
    const limited = await openDoor({ unregistered: { perMinute: 1 } });
    const session = randomUUID();
    const captures = Array.from({ length: 20 }, (_, index) =>
      limited.hook({
        event: 'capture_status',
        status: 'approved',
        captureId: `c-${index}`,
        sessionId: session,
      }),
    );
    for (const answer of await Promise.all(captures)) expect(answer).toMatchObject(accepted(session));
    expect(await signals(session)).toBe(20);
    expectProblem(await limited.hook(approval(randomUUID())), 429, 'budget_exhausted');
  });

  test('a start that Temporal does not confirm is not counted', async () => {
    let isBroken = true;
    const limited = await openDoor(
      { unregistered: { perMinute: 1 } },
      { client: withoutStarts(service.temporal.client, () => isBroken) },
    );
    for (let delivery = 0; delivery < 3; delivery++)
      expectProblem(await limited.hook(approval(randomUUID())), 503, 'unavailable');
    isBroken = false;
    const session = randomUUID();
    expect(await limited.hook(approval(session))).toMatchObject(accepted(session));
    expectProblem(await limited.hook(approval(randomUUID())), 429, 'budget_exhausted');
  });

  test('of none starts none', async () => {
    const closed = await openDoor({ unregistered: { perMinute: 0 } });
    expectProblem(await closed.hook(approval(randomUUID())), 429, 'budget_exhausted');
  });
});

describe('an account with a signing secret', () => {
  const secret = 'whsec-canary';
  const signed = (fields: object, at = now(), by = secret) => {
    const body = JSON.stringify(fields);
    const digest = createHmac('sha256', by).update(`${at}.${body}`).digest('base64');
    return [body, { ...json, 'x-briq-signature': `t=${at},s1=${digest}` }] as const;
  };

  let strict: Door;
  beforeAll(async () => {
    strict = await openDoor({ signingSecret: secret });
  });

  test('takes what is signed, again and again with the same signature', async () => {
    const session = await paid();
    const [body, headers] = signed({ ...approval(session), note: 'Größe 42' });
    for (let copy = 0; copy < 3; copy++)
      expect(await strict.send('POST', address, body, headers)).toMatchObject(accepted(session));
    expect(await signals(session)).toBe(1);
  });

  test.each<[string, (fields: object) => readonly [string, Record<string, string>]]>([
    ['is not signed', (fields) => [JSON.stringify(fields), json]],
    ['is signed by another', (fields) => signed(fields, now(), 'other')],
    ['was signed long ago', (fields) => signed(fields, now() - 6 * 60_000)],
    ['was signed in the future', (fields) => signed(fields, now() + 2 * 60_000)],
    ['was changed on the way', (fields) => [`${signed(fields)[0]} `, signed(fields)[1]]],
    [
      'has a signature that is none',
      (fields) => [JSON.stringify(fields), { ...json, 'x-briq-signature': 'x' }],
    ],
  ])('refuses what %s: 400, and no order', async (_, forge) => {
    const session = await paid();
    const [body, headers] = forge(approval(session));
    expectProblem(await strict.send('POST', address, body, headers), 400, 'invalid_signature');
    expect((await service.call('GET', `/v1/orders/${orderIdOf(session)}`)).status).toBe(404);
  });

  test('is not there for a wrong token, however well signed', async () => {
    const [body, headers] = signed(approval(randomUUID()));
    expectProblem(await strict.send('POST', '/hooks/acme-se/other', body, headers), 404, 'not_found');
  });
});

describe('Temporal is gone: 503 and when to come again, and nothing is claimed', () => {
  let server: DevServer;
  let temporal: TemporalConnection;
  let cut: Door;
  beforeAll(async () => {
    server = await startDevServer({ cli: cliPath() });
    temporal = await connectTemporal({ address: server.address });
    const { client, connection, namespace } = temporal;
    await prepareNamespace(connection, { namespace });
    const missingAttributes = () => missingSearchAttributes(connection, namespace);
    cut = await openDoor({}, { client, missingAttributes, now: Date.now });
  });
  afterAll(async () => {
    // Before its connection, so that no request is left without an end.
    await cut.close();
    await temporal.connection.close();
    server.kill();
    await server.stop();
  });

  /** A provider waits; one that gets no answer within some seconds is told nothing at all. */
  const deliver = (session: string) =>
    fetch(`${cut.url}${address}`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(approval(session)),
      signal: AbortSignal.timeout(4_500),
    })
      .then(answered)
      .catch(() => ({ status: 'none in 4.5 s', headers: new Headers(), body: undefined }));

  const expectUnavailable = (answer: Awaited<ReturnType<typeof deliver>>) => {
    expect(answer).toMatchObject({ status: 503, body: expect.not.objectContaining({ received: true }) });
    expectProblem(answer as Answered, 503, 'unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  };

  test('it holds the connection and says nothing; the next delivery, once it is back, is one signal', async () => {
    const session = randomUUID();
    process.kill(server.pid, 'SIGSTOP');
    // The signal takes a moment to reach every thread of the server.
    while ((await cut.send('GET', '/readyz')).status === 200);
    const [hook, ready, healthy] = await Promise.all([
      deliver(session),
      cut.send('GET', '/readyz'),
      cut.send('GET', '/healthz'),
    ]);
    expectUnavailable(hook);
    expectUnavailable(ready);
    expect(healthy).toMatchObject({ status: 200, body: { status: 'ok' } });

    process.kill(server.pid, 'SIGCONT');
    expect(await deliver(session)).toMatchObject(accepted(session));
    expect(await deliver(session)).toMatchObject(accepted(session));
    const { events } = await temporal.client.workflow.getHandle(orderIdOf(session)).fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1);
    expect((await cut.send('GET', '/readyz')).status).toBe(200);
  });

  test('it is dead, and nothing listens where it was', async () => {
    server.kill();
    await server.stop();
    expectUnavailable(await deliver(randomUUID()));
    expectUnavailable(await cut.send('GET', '/readyz'));
  });
});

test('the token, the keys and the secrets are in no line of the log, at any level', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'payments-log-'));
  const config = join(directory, 'config.yaml');
  writeFileSync(
    config,
    `accounts: [{ id: acme-se, provider: briqpay, baseUrl: '${service.sandbox.url}', username: canary-name, secret: canary-secret, hookToken: canary-token, signingSecret: canary-signing }]
apiKeys: [{ name: shop, key: canary-key, scopes: [read, write] }]`,
  );
  const server = spawn(process.execPath, [productPath('server')], {
    env: {
      ...process.env,
      PAYMENTS_CONFIG: config,
      TEMPORAL_ADDRESS: service.temporal.address,
      PORT: '0',
      LOG_LEVEL: 'trace',
    },
  });
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(/listening at \S+/.exec(log)?.[0] ?? '') ?? [];
        if (found) resolve(found);
      });
    }
    server.once('exit', () => reject(new Error(`no server: ${log}`)));
  });
  const ended = new Promise((resolve) => server.once('close', resolve));

  const body = JSON.stringify(approval(randomUUID()));
  const asked = [
    ['POST', '/hooks/acme-se/canary-token'],
    ['POST', '/hooks/acme-no/canary-token'],
    ['PUT', '/hooks/acme-se/canary-token'],
    ['POST', '/hooks/acme-se/canary-token/'],
    ['POST', '/hooks/acme-se/canary-token/more'],
    ['POST', '/hooks/acme-se/canary-token%zz'],
    ['POST', '//hooks/acme-se/canary-token'],
    ['POST', '/Hooks/acme-se/canary-token'],
    ['GET', '/hooks/acme-se/canary-token?note=canary-query'],
    // Behind a proxy that forwards with a prefix which is not ours.
    ['POST', '/api/hooks/acme-se/canary-token'],
    ['GET', '/v1/orders'],
    ['GET', '/nothing?note=canary-query'],
  ] as const;
  for (const [method, path] of asked) {
    const headers = { ...json, authorization: 'Bearer canary-key', 'x-briq-signature': 't=1,s1=canary' };
    await fetch(`${url}${path}`, { method, headers, ...(method !== 'GET' && { body }) }).then((answer) =>
      answer.text(),
    );
  }
  server.kill('SIGTERM');
  await ended;
  rmSync(directory, { recursive: true });

  expect(log).toContain('/v1/orders');
  expect(log.split('\n').filter((line) => line.includes('canary'))).toEqual([]);
});

const json = { 'content-type': 'application/json' };

/** A session of 300.00 SEK that is paid at the sandbox, which tells nobody. */
async function paid(): Promise<string> {
  const session = await service.openSession({ hookUrl: undefined });
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  return session;
}

/**
 * How many signals an order has had. The server keeps those that come amid a workflow task out of the history until its
 * end, all together: once a last one is there, all are.
 */
async function signals(session: string): Promise<number> {
  const last = { event: 'session_status', status: 'completed', sessionId: session };
  await door.hook(last);
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  const told = async () => {
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
      const [payload] = signal?.input?.payloads ?? [];
      return payload?.data ? [(JSON.parse(Buffer.from(payload.data).toString()) as typeof last).event] : [];
    });
  };
  const all = await until(told, (events) => events.includes(last.event));
  return all.filter((event) => event !== last.event).length;
}

/** The same client, on a server that takes signals but no signal with a start, while `isBroken` says so. */
function withoutStarts(client: Client, isBroken: () => boolean): Client {
  const refuse = () => {
    throw Object.assign(new Error('unavailable'), { code: 14, details: '', metadata: {} });
  };
  const workflowService = new Proxy(client.workflowService, {
    get: (service, name) =>
      name === 'signalWithStartWorkflowExecution' && isBroken()
        ? refuse
        : (Reflect.get(service, name) as unknown),
  });
  return new Proxy(client, {
    get: (whole, name) =>
      name === 'workflowService' ? workflowService : (Reflect.get(whole, name) as unknown),
  });
}

async function openDoor(changes: Partial<Account> = {}, more: Partial<ApiDependencies> = {}): Promise<Door> {
  const { client, connection, namespace } = service.temporal;
  const accounts = service.config.accounts.map((account) => ({ ...account, ...changes }) as Account);
  const logs: string[] = [];
  const app = await createApp(
    {
      client,
      lookups: new OrderLookups(client),
      accounts: hookAccounts({ ...service.config, accounts }),
      apiKeys: [],
      missingAttributes: () => missingSearchAttributes(connection, namespace),
      now,
      ...more,
    },
    { logLevel: 'error', logStream: { write: (line) => void logs.push(line) } },
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const opened: Door = {
    url,
    send: async (method, path, body, headers = {}) =>
      answered(
        await fetch(`${url}${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
        }),
      ),
    hook: (fields, headers = json) => opened.send('POST', address, JSON.stringify(fields), headers),
    async close() {
      await app.close();
      expectDeclaredProblems(logs);
    },
  };
  doors.push(opened);
  return opened;
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function query(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString();
}
