import { Worker, type InjectedSinks } from '@temporalio/worker';
import { canaries } from '../../sandbox/briqpay/canaries.ts';
import { signals } from '../../src/workflows/contract/messages.ts';
import type { TraceSinks } from '../../src/workflows/traces.ts';
import { startCollector, type CollectedSpan, type Collector } from '../support/collector.ts';
import { hookToken, orderIdOf, startService, type Service } from '../support/service.ts';
import { bundlePath } from '../support/temporal.ts';

// Real spans by the real exporter over HTTP: API, worker and collector are in this process.
let collector: Collector;
let service: Service;
beforeAll(async () => {
  collector = await startCollector();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  Object.assign(process.env, environment, { OTEL_BSP_SCHEDULE_DELAY: '20' });
  service = await startService({ environment, account: 'reread: [200ms, 1d]' });
});
afterAll(async () => {
  await service.stop();
  await collector.stop();
});

const route = '/hooks/:account/:token';
const sent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const sentHeader = `00-${sent.traceId}-${sent.spanId}-01`;

/** A session that waits for its payment at the provider, which tells nobody. */
async function pendingSession(): Promise<string> {
  const session = await service.openSession({ hookUrl: undefined });
  await service.act(session, 'complete');
  return session;
}

async function paidSession(): Promise<string> {
  const session = await pendingSession();
  await service.act(session, 'approve');
  return session;
}

const approval = (sessionId: string) => ({
  event: 'order_status',
  status: 'order_approved_not_captured',
  sessionId,
});

/** Worth a read, whatever it means. */
const unheardOf = (sessionId: string) => ({ event: 'order_teleported', sessionId });

async function hook(fields: object, headers: Record<string, string> = {}): Promise<void> {
  const { status } = await service.call('POST', `/hooks/acme-se/${hookToken}`, fields, headers);
  expect(status).toBe(202);
}

const isOf =
  (session: string, name?: string) =>
  ({ attributes, name: own }: CollectedSpan) =>
    attributes['payments.order'] === orderIdOf(session) && (name === undefined || own === name);

/** Waits for so many spans of an order by this name. */
const spansOf = (session: string, name: string, count = 1) => collector.until(count, isOf(session, name));

const isPlaced = ({ status }: { status: string }) => status === 'placed';

test('a hook, the read that it brings and what that did to the order are one trace', async () => {
  const session = await paidSession();
  await hook(approval(session));
  const [change] = await spansOf(session, 'order changed');
  const [read] = await spansOf(session, 'read payment');
  const [server] = await spansOf(session, `POST ${route}`);

  expect(server).toMatchObject({
    service: 'payment-lifecycle-test',
    kind: 'SERVER',
    parentSpanId: '',
    isError: false,
    attributes: {
      'http.request.method': 'POST',
      'http.route': route,
      'http.response.status_code': 202,
      'payments.account': 'acme-se',
      'payments.provider': 'briqpay',
      'payments.hook': 'delivered',
    },
  });
  expect(read).toMatchObject({
    kind: 'CLIENT',
    traceId: server!.traceId,
    parentSpanId: server!.spanId,
    links: [],
    isError: false,
    attributes: {
      'server.address': '127.0.0.1',
      'payments.account': 'acme-se',
      'payments.provider': 'briqpay',
      'payments.read.attempt': 1,
      'payments.read.at_once': true,
      'payments.read.outcome': 'ok',
    },
  });
  expect(change).toMatchObject({
    kind: 'INTERNAL',
    traceId: server!.traceId,
    parentSpanId: read!.spanId,
    attributes: {
      'payments.account': 'acme-se',
      'payments.read.reason': 'hook',
      'payments.status.before': 'created',
      'payments.status.after': 'placed',
      'payments.events': ['order.placed'],
      'payments.findings': [],
      'payments.hook.dispositions': ['applied'],
    },
  });
  expect(collector.spans.filter(isOf(session))).toHaveLength(3);
});

describe('the traceparent of a hook', () => {
  test('is continued', async () => {
    const session = await paidSession();
    await hook(approval(session), { traceparent: sentHeader });
    const [server] = await spansOf(session, `POST ${route}`);
    expect(server).toMatchObject({ traceId: sent.traceId, parentSpanId: sent.spanId });
    const [read] = await spansOf(session, 'read payment');
    expect(read).toMatchObject({ traceId: sent.traceId, parentSpanId: server!.spanId });
  });

  test('that says so is not recorded, and nor is what follows', async () => {
    const [quiet, loud] = [await paidSession(), await paidSession()];
    await hook(approval(quiet), { traceparent: sentHeader.replace(/01$/, '00') });
    await service.until(quiet, isPlaced);
    await hook(approval(loud));
    await spansOf(loud, 'order changed');
    expect(collector.spans.filter(isOf(quiet))).toEqual([]);
    expect(await historyOf(quiet)).toContain(`00-${sent.traceId}-`);
  });

  test.each([
    ['of zeros', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['with no parent', `00-${sent.traceId}-0000000000000000-01`],
    ['in capitals', sentHeader.toUpperCase()],
    ['of the forbidden version', sentHeader.replace(/^00/, 'ff')],
    ['with more than its version has', `${sentHeader}-more`],
    ['with markup', '"><script>alert(1)</script>'],
    ['that is long', '0'.repeat(8_000)],
  ])('%s begins a trace of its own', async (_, traceparent) => {
    const session = await paidSession();
    await hook(approval(session), { traceparent });
    const [server] = await spansOf(session, `POST ${route}`);
    expect(server!.parentSpanId).toBe('');
    expect(server!.traceId).not.toBe(sent.traceId);
    const [read] = await spansOf(session, 'read payment');
    expect(read!.parentSpanId).toBe(server!.spanId);
  });
});

describe('many hooks', () => {
  test('that are copies are one read, and linked to the one that was delivered', async () => {
    const session = await paidSession();
    const copies = 20;
    await Promise.all(
      Array.from({ length: copies }, (_, index) =>
        hook(approval(session), { traceparent: sentHeader.replace('b7-', `${10 + index}-`) }),
      ),
    );
    await service.until(session, isPlaced);
    await hook(approval(session));
    const servers = await spansOf(session, `POST ${route}`, copies + 1);
    const delivered = servers.filter(({ attributes }) => attributes['payments.hook'] === 'delivered');
    expect(delivered).toHaveLength(1);
    for (const { attributes, links } of servers.filter((span) => span !== delivered[0])) {
      expect(attributes['payments.hook']).toBe('copy');
      expect(links).toEqual([delivered[0]!.spanId]);
    }
    await spansOf(session, 'order changed');
    const reads = collector.spans.filter(isOf(session, 'read payment'));
    expect(reads.map(({ parentSpanId }) => parentSpanId)).toEqual([delivered[0]!.spanId]);
    expect((await service.timeline(session)).filter(({ kind }) => kind === 'hook')).toHaveLength(1);
  });

  test('that differ and wait for one read are its parent and its links, eight in all', async () => {
    await service.stopWorker();
    const session = await paidSession();
    for (let index = 0; index < 12; index++) {
      const capture = { event: 'capture_status', status: 'approved', sessionId: session };
      await hook(index === 0 ? approval(session) : { ...capture, captureId: `capture-${index}` });
    }
    await service.startWorker();
    await service.until(session, isPlaced);
    const [read] = await spansOf(session, 'read payment');
    const servers = await spansOf(session, `POST ${route}`, 12);
    expect(read!.parentSpanId).toBe(servers[0]!.spanId);
    expect(read!.links).toEqual(servers.slice(1, 8).map(({ spanId }) => spanId));
  });
});

test('a hook that claims too much keeps its trace for the reads that look for it', async () => {
  const session = await pendingSession();
  await hook(approval(session));
  const [first, second] = await spansOf(session, 'read payment', 2);
  const [server] = await spansOf(session, `POST ${route}`);
  expect([first!.parentSpanId, second!.parentSpanId]).toEqual([server!.spanId, server!.spanId]);
  // Another hook asks for a read, which the first one waits for too.
  await service.act(session, 'approve');
  await hook(unheardOf(session));
  await service.until(session, isPlaced);
  const third = (await spansOf(session, 'read payment', 3)).find(({ links }) => links.length > 0);
  const [, other] = await spansOf(session, `POST ${route}`, 2);
  expect(third).toMatchObject({ parentSpanId: other!.spanId, links: [server!.spanId] });
  const changes = await collector.until(
    3,
    ({ name, ...span }) => name.startsWith('order ') && isOf(session)({ name, ...span }),
  );
  expect(changes.map(({ attributes }) => attributes['payments.hook.dispositions'])).toEqual([
    [],
    [],
    ['applied', 'ignored'],
  ]);
});

test('a read that nobody sent a hook for is a trace of its own, with what it did', async () => {
  const session = await paidSession();
  await service.register(session);
  const headers = { 'idempotency-key': 'recheck-1' };
  const { status } = await service.call('POST', `/v1/orders/${orderIdOf(session)}/recheck`, {}, headers);
  expect(status).toBeLessThan(300);
  const [change] = await spansOf(session, 'order changed');
  const [read] = await spansOf(session, 'read payment');
  expect(read).toMatchObject({ parentSpanId: '', links: [] });
  expect(change).toMatchObject({ traceId: read!.traceId, parentSpanId: read!.spanId });
  expect(change!.attributes).toMatchObject({ 'payments.read.reason': 'command' });
});

test('a read that fails says how, and the one from the queue is beside it', async () => {
  const session = await paidSession();
  await service.control('PUT', `/sessions/${session}/faults`, [{ kind: 'status', status: 503, times: 1 }]);
  await hook(approval(session));
  const [server] = await spansOf(session, `POST ${route}`);
  const [failed, read] = await spansOf(session, 'read payment', 2);
  const [change] = await spansOf(session, 'order changed');
  expect(failed).toMatchObject({ isError: true, parentSpanId: server!.spanId });
  expect(failed!.attributes).toMatchObject({ 'error.type': 'unavailable', 'payments.read.at_once': true });
  expect(read).toMatchObject({ isError: false, parentSpanId: server!.spanId });
  expect(read!.attributes).toMatchObject({ 'payments.read.outcome': 'ok', 'payments.read.at_once': false });
  expect(change!.parentSpanId).toBe(read!.spanId);
});

test('hooks that are refused are traced by their answer, guesses at addresses are not', async () => {
  const answered =
    (status: number) =>
    ({ attributes }: CollectedSpan) =>
      attributes['http.response.status_code'] === status;
  expect((await service.hook({ event: 'order_status' }, 'guess')).status).toBe(404);
  expect((await service.hook({ event: 'order_status' })).status).toBe(400);
  const [refused] = await collector.until(1, answered(400));
  expect(refused).toMatchObject({ name: `POST ${route}`, isError: false });
  expect(collector.spans.filter(answered(404))).toEqual([]);
});

test('a signal with a traceparent that is none is a hint like any other', async () => {
  const session = await paidSession();
  await service.register(session);
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  const claim = { of: 'payment', status: 'approved' };
  const junk: unknown[] = [7, null, {}, '', `${sentHeader}\n`, `00-${sent.traceId}`, 'x'.repeat(10_000)];
  for (const [index, traceparent] of junk.entries())
    await handle.signal<unknown[]>(signals.hint.name, {
      id: `${index}`,
      event: 'e',
      status: 's',
      claim,
      traceparent,
    });
  await service.until(session, isPlaced);
  const [read] = await spansOf(session, 'read payment');
  expect(read).toMatchObject({ parentSpanId: '', links: [] });
  expect(await service.events(session)).not.toContain('workflowTaskFailedEventAttributes');
});

test('what is replayed is not traced again, and a traced history replays', async () => {
  const session = await paidSession();
  await hook(approval(session));
  await spansOf(session, 'order changed');
  await service.stopWorker();
  await service.startWorker();
  await service.act(session, 'capture', { hooks: false });
  await hook(unheardOf(session));
  await service.until(session, ({ status }) => status === 'captured');
  const changes = await spansOf(session, 'order changed', 2);
  expect(changes.map(({ attributes }) => attributes['payments.status.after'])).toEqual([
    'placed',
    'captured',
  ]);

  const history = await service.temporal.client.workflow.getHandle(orderIdOf(session)).fetchHistory();
  let told = 0;
  const sinks: InjectedSinks<TraceSinks> = { traces: { readEffect: { fn: () => void (told += 1) } } };
  const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundlePath() }, sinks }, [
    { workflowId: orderIdOf(session), history },
  ]);
  for await (const { error } of results) expect(error).toBeUndefined();
  expect(told).toBe(0);
  expect(collector.spans.filter(isOf(session, 'order changed'))).toHaveLength(2);
});

test('tokens, queries, bodies and what the provider knows of people are in none of it', async () => {
  const session = await paidSession();
  const query = new URLSearchParams({ ...approval(session), note: 'canary-query' });
  const { status } = await service.call('GET', `/hooks/acme-se/${hookToken}?${query}`);
  expect(status).toBe(202);
  await spansOf(session, 'order changed');
  await hook(
    { ...approval(session), note: 'canary-body', email: 'canary@example.test' },
    { cookie: 'canary' },
  );
  await spansOf(session, `POST ${route}`);
  const text = collector.text();
  expect(text).toContain(orderIdOf(session));
  for (const word of [...canaries, 'canary', hookToken, 'sandbox-secret', 'shop-key', '1000123'])
    expect(text).not.toContain(word);
});

describe('where no collector is named', () => {
  let plain: Service;
  beforeAll(async () => {
    plain = await startService();
  });
  afterAll(() => plain.stop());

  test('a traceparent that is sent goes nowhere, and histories are as they were', async () => {
    const session = await plain.openSession({ hookUrl: undefined });
    await plain.act(session, 'complete');
    await plain.act(session, 'approve');
    await plain.call('POST', `/hooks/acme-se/${hookToken}`, approval(session), { traceparent: sentHeader });
    await plain.until(session, isPlaced);
    const history = await historyOf(session, plain);
    expect(history).toContain('order_approved_not_captured');
    for (const trace of ['traceparent', '"traces"', sent.traceId]) expect(history).not.toContain(trace);
  });
});

test('it costs a history two traceparents for a hook and its read', async () => {
  const session = await paidSession();
  await hook(approval(session));
  await service.until(session, isPlaced);
  const history = await historyOf(session);
  expect(history.match(/"traceparent":"00-[0-9a-f]{32}-[0-9a-f]{16}-01"/g)).toHaveLength(2);
});

/** All payloads of an order's history as text. */
async function historyOf(session: string, { temporal }: Service = service): Promise<string> {
  const history = await temporal.client.workflow.getHandle(orderIdOf(session)).fetchHistory();
  const texts: string[] = [];
  // As JSON the history has them in base64.
  JSON.stringify(history.events, (key, value: unknown) => {
    if (key === 'data' && typeof value === 'string') texts.push(Buffer.from(value, 'base64').toString());
    return value;
  });
  return texts.join('\n');
}
