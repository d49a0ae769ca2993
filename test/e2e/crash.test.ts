import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, startProcess, type Child, isRunning } from '../support/child.ts';
import { hookToken, orderIdOf, startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

// The API and the provider are in this process; the workers, and what is told to end, are processes of their own.
let service: Service;
let folder: string;
let worker: Child;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crash-test-'));
  service = await startService({ withoutWorker: true });
});
afterAll(async () => {
  await endProcesses();
  await service.stop();
  rmSync(folder, { recursive: true });
});

function configFile(text: string): string {
  const path = join(folder, 'payments.yaml');
  writeFileSync(path, text);
  return path;
}

function start(name: 'worker' | 'server'): Child {
  const { url: baseUrl } = service.sandbox;
  const account = `id: acme-se, provider: briqpay, baseUrl: '${baseUrl}', username: sandbox, secret: sandbox-secret`;
  return startProcess(name, {
    PAYMENTS_CONFIG: configFile(`
accounts: [{ ${account}, hookToken: ${hookToken} }]
apiKeys: [{ name: shop, key: shop-key, scopes: [read] }]
`),
    TEMPORAL_ADDRESS: service.temporal.address,
    PORT: '0',
  });
}

async function startWorker(): Promise<Child> {
  const child = start('worker');
  await child.until(/"working"/);
  return child;
}

/** An order that is paid at the provider, whose hooks are lost. */
async function paidSession(): Promise<string> {
  const session = await service.openSession();
  await service.act(session, 'complete', { hooks: false });
  await service.act(session, 'approve', { hooks: false });
  return session;
}

async function sendHook(session: string): Promise<void> {
  const hook = { event: 'order_status', status: 'order_approved_not_captured', sessionId: session };
  expect((await service.hook(hook)).status).toBe(202);
}

/** Makes the next reads of a session misbehave, sends its hook, and returns when the last of so many reads is under way. */
async function hookWithReadUnderWay(faults: readonly object[], reads = 1): Promise<string> {
  const session = await paidSession();
  await service.control('PUT', `/sessions/${session}/faults`, faults);
  await sendHook(session);
  await until(
    () => service.reads(session),
    (count) => count >= reads,
  );
  return session;
}

test('hooks that are accepted while no worker runs can be read, and apply when one starts', async () => {
  const sessions = await Promise.all(Array.from({ length: 50 }, paidSession));
  await Promise.all(sessions.map(sendHook));
  await Promise.all(
    sessions.map(async (session) => {
      expect(await service.order(session)).toMatchObject({ id: orderIdOf(session), status: 'created' });
    }),
  );
  expect(await service.reads(sessions[0]!)).toBe(0);

  worker = await startWorker();
  const orders = await Promise.all(
    sessions.map((session) => service.until(session, ({ status }) => status === 'placed')),
  );
  for (const order of orders)
    expect(order).toMatchObject({ sequence: 1, findings: [], unverifiedSince: null });
});

test('a worker that is killed between a hook and its read loses neither', async () => {
  const session = await hookWithReadUnderWay([{ kind: 'hang', times: 'forever' }]);
  worker.signal('SIGKILL');
  expect(await worker.ended).toMatchObject({ signal: 'SIGKILL' });
  await service.control('DELETE', `/sessions/${session}/faults`);

  worker = await startWorker();
  // The server waits out the ten seconds of the lost attempt, and may wait ten more for the worker that had the order cached.
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order).toMatchObject({ sequence: 1, findings: [], unverifiedSince: null });
  const events = await service.events(session);
  expect(events.filter((event) => event === 'workflowExecutionSignaledEventAttributes')).toHaveLength(1);
  expect(events).not.toContain('workflowTaskFailedEventAttributes');
  expect(events).not.toContain('activityTaskTimedOutEventAttributes');
  const hooks = (await service.timeline(session)).filter(({ kind }) => kind === 'hook');
  expect(hooks).toMatchObject([{ disposition: 'applied' }]);
});

test.each([
  ["in the order's own task", [], 'workflowPropertiesModifiedEventAttributes'],
  [
    "in the provider's queue",
    [{ kind: 'status', status: 503, times: 1 }],
    'activityTaskCompletedEventAttributes',
  ],
])('a worker that is asked to end finishes the read under way %s', async (_, faults, finished) => {
  if (!isRunning(worker.pid)) worker = await startWorker();
  const session = await hookWithReadUnderWay(
    [...faults, { kind: 'slow', ms: 700, times: 'forever' }],
    faults.length + 1,
  );
  worker.signal('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(await service.events(session)).toContain(finished);
});

test('an API that is asked to end answers who waits', async () => {
  const session = await paidSession();
  await sendHook(session);
  const api = start('server');
  const [, url] = await api.until(/Server listening at (http:[^"]+)/);
  const path = `/v1/orders/${orderIdOf(session)}`;
  const waiting = fetch(`${url}${path}?after=0&wait=60s`, { headers: { authorization: 'Bearer shop-key' } });
  await api.until(new RegExp(`${path}[^\n]*incoming request`));
  api.signal('SIGTERM');
  // Containers are given ten seconds.
  expect((await waiting).status).toBe(304);
  expect(await api.ended).toEqual({ code: 0, signal: null });
});

test.each(['worker', 'server'] as const)(
  'a %s with a configuration that does not hold says all of it',
  async (name) => {
    const PAYMENTS_CONFIG = configFile(`
accounts:
  - { id: Acme, provider: briqpay, baseUrl: 'http://shop.example', username: hush, secret: '\${NOT_SET}', hookToken: hush, closeAfter: soon }
apiKeys: [{ name: shop, key: hush, scopes: [fly] }]
`);
    const child = startProcess(name, { PAYMENTS_CONFIG, PORT: 'many' });
    expect(await child.ended).toEqual({ code: 1, signal: null });
    const [head, ...issues] = child.output().trim().split('\n');
    expect(head).toContain(PAYMENTS_CONFIG);
    expect(new Set(issues.map((issue) => issue.trim().split(':')[0]))).toEqual(
      new Set([
        'PORT',
        'accounts.0.baseUrl',
        'accounts.0.closeAfter',
        'accounts.0.id',
        'accounts.0.secret',
        'apiKeys.0.scopes.0',
      ]),
    );
    expect(child.output()).not.toContain('hush');
  },
);
