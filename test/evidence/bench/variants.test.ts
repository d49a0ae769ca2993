import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Orders } from '../../../evidence/bench/variants/front.ts';
import { minimalId, minimalOrders, minimalQueue } from '../../../evidence/bench/variants/minimal/orders.ts';
import { createActivities } from '../../../evidence/bench/variants/textbook/activities.ts';
import {
  textbookId,
  textbookOrders,
  textbookQueue,
} from '../../../evidence/bench/variants/textbook/orders.ts';
import type { Order } from '../../../evidence/bench/variants/textbook/workflows.ts';
import { startSandbox, type RunningSandbox } from '../../../sandbox/start.ts';
import { searchAttributes } from '../../../src/workflows/contract/search-attributes.ts';
import { startTestServer, type TestServer } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';

// What the product is compared with has to be right itself, or the comparison is with a strawman.
let server: TestServer;
let sandbox: RunningSandbox;
let client: Client;
const workers: { worker: Worker; running: Promise<void> }[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ({ client } = server);
  sandbox = await startSandbox();
  for (const [name, taskQueue] of [
    ['textbook', textbookQueue],
    ['minimal', minimalQueue],
  ] as const) {
    const worker = await Worker.create({
      connection: server.connection,
      taskQueue,
      workflowsPath: fileURLToPath(
        new URL(`../../../evidence/bench/variants/${name}/workflows.ts`, import.meta.url),
      ),
      activities: createActivities(sandbox.url),
    });
    workers.push({ worker, running: worker.run() });
  }
});
afterAll(async () => {
  for (const { worker } of workers) worker.shutdown();
  await Promise.all(workers.map(({ running }) => running));
  await sandbox.stop();
  await server.stop();
});

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${sandbox.url}/sandbox/briqpay${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

async function openSession(): Promise<string> {
  return (await control<{ sessionId: string }>('POST', '/sessions', {})).sessionId;
}

async function act(session: string, action: string, more: object = {}): Promise<void> {
  await control('POST', `/sessions/${session}/actions`, { action, ...more });
}

async function readsOf(session: string): Promise<number> {
  const { reads } = await control<{ reads: unknown[] }>('GET', `/ledger?sessionId=${session}`);
  return reads.length;
}

async function untilOrder(orders: Orders, session: string, isSo: (order: Order) => boolean): Promise<Order> {
  // A query fails until the first task is done.
  const look = () => orders.read(session).catch(() => undefined) as Promise<Order | undefined>;
  return (await until(look, (order) => order !== undefined && isSo(order)))!;
}

const registration = (sessionId: string) => ({
  sessionId,
  reference: '1000123',
  expected: { amount: 30_000, currency: 'SEK' },
});

/** The payment's whole life, with every hook twice where `copies` says so. */
async function live(orders: Orders, session: string, copies: number): Promise<string[]> {
  const steps = [
    ['complete', {}, { event: 'order_status', status: 'order_pending' }, 'pending'],
    ['approve', {}, { event: 'order_status', status: 'order_approved_not_captured' }, 'placed'],
    [
      'capture',
      { captureId: 'c-1' },
      { event: 'capture_status', status: 'approved', captureId: 'c-1' },
      'captured',
    ],
    [
      'refund',
      { refundId: 'r-1' },
      { event: 'refund_status', status: 'approved', refundId: 'r-1' },
      'refunded',
    ],
  ] as const;
  const seen: string[] = [];
  for (const [action, more, hook, status] of steps) {
    await act(session, action, more);
    for (let copy = 0; copy < copies; copy++) await orders.takeHook({ ...hook, sessionId: session });
    seen.push((await untilOrder(orders, session, (order) => order.status === status)).status);
  }
  return seen;
}

describe('the textbook variant', () => {
  test('takes a payment through its life, and shows it in the search attribute and the result', async () => {
    const orders = textbookOrders(client);
    const session = await openSession();
    await orders.register(registration(session));
    expect(await live(orders, session, 1)).toEqual(['pending', 'placed', 'captured', 'refunded']);
    const handle = client.workflow.getHandle(textbookId(session));
    expect(await handle.result()).toMatchObject({
      status: 'refunded',
      reference: '1000123',
      session: { authorized: 30_000, captured: 30_000, refunded: 30_000 },
    });
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(searchAttributes.OrderStatus)).toBe('refunded');
  });

  test('begins an order by its first hook, and reads once for any number of copies', async () => {
    const orders = textbookOrders(client);
    const session = await openSession();
    expect((await live(orders, session, 3)).at(-1)).toBe('refunded');
    expect(await readsOf(session)).toBe(4);
  });

  test('takes a registration after the hook', async () => {
    const orders = textbookOrders(client);
    const session = await openSession();
    await act(session, 'complete');
    await orders.takeHook({ event: 'order_status', status: 'order_pending', sessionId: session });
    await orders.register(registration(session));
    expect((await untilOrder(orders, session, ({ status }) => status === 'pending')).escalated).toBe(false);
  });

  test('escalates a payment that stays pending', async () => {
    const orders = textbookOrders(client, 200);
    const session = await openSession();
    await orders.register(registration(session));
    await act(session, 'complete');
    await orders.takeHook({ event: 'order_status', status: 'order_pending', sessionId: session });
    expect((await untilOrder(orders, session, ({ escalated }) => escalated)).status).toBe('pending');
  });

  test('knows of no order that was never heard of', async () => {
    expect(await textbookOrders(client).read('nobody')).toBeUndefined();
  });
});

describe('the minimal variant', () => {
  test('takes a payment through its life, with a read for every hook', async () => {
    const orders = minimalOrders(client);
    const session = await openSession();
    await orders.register(registration(session));
    expect(await live(orders, session, 2)).toEqual(['pending', 'placed', 'captured', 'refunded']);
    const handle = client.workflow.getHandle(minimalId(session));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate();
  });
});
