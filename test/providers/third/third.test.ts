import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createProviderActivities } from '../../../src/activities/read-payment.ts';
import { createApp } from '../../../src/api/app.ts';
import { OrderLookups } from '../../../src/orders/order-lookups.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { startWorkers, type Workers } from '../../../src/temporal/workers.ts';
import { bundlePath, startTestServer, type TestServer } from '../../support/temporal.ts';
import { trinket } from './adapter.ts';

// A third provider is an adapter and its configuration: domain, workflow, activities and API are the shipped ones.

let temporal: TestServer;
let provider: Server;
let workers: Workers;
let app: FastifyInstance;
const payments = new Map<string, string>();

beforeAll(async () => {
  temporal = await startTestServer();
  provider = createServer((request, response) => {
    const key = request.url?.split('/').at(-1) ?? '';
    const status = payments.get(key);
    response.writeHead(status ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        status
          ? { id: key, status, amount: { value: '10.00', currency: 'EUR' }, method: 'ideal' }
          : { message: 'no such payment' },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

  const client = trinket.client({ baseUrl, apiKey: 'key' }, Date.now);
  workers = await startWorkers({
    connection: temporal.connection,
    namespace: temporal.namespace,
    bundle: { codePath: bundlePath() },
    providers: ['trinket'],
    activities: createProviderActivities({ clientOf: () => client, readsPerAccount: 5, now: Date.now }),
  });
  app = await createApp(
    {
      client: temporal.client,
      lookups: new OrderLookups(temporal.client),
      accounts: [
        {
          id: 'acme-nl',
          hooks: trinket.hooks,
          hookToken: 'token',
          signingSecrets: [],
          policy: defaultPolicy,
          unregisteredPerMinute: 100,
        },
      ],
      apiKeys: [{ name: 'shop', key: 'key', scopes: ['read', 'write'] }],
      missingAttributes: () => Promise.resolve([]),
      now: Date.now,
    },
    { logLevel: 'silent' },
  );
});

afterAll(async () => {
  await app.close();
  await workers.stop();
  provider.close();
  await temporal.stop();
});

async function change(key: string, status: string): Promise<void> {
  payments.set(key, status);
  const answer = await app.inject({ method: 'POST', url: '/hooks/acme-nl/token', payload: { id: key } });
  expect(answer.statusCode).toBe(202);
}

async function order(key: string, after: number): Promise<Order> {
  const answer = await app.inject({
    url: `/v1/orders/acme-nl:${key}?after=${after}&wait=10s`,
    headers: { authorization: 'Bearer key' },
  });
  return answer.json();
}

test('from an id alone to a proven order', async () => {
  await change('tr_paid', 'paid');
  expect(await order('tr_paid', 0)).toMatchObject({
    provider: 'trinket',
    status: 'captured',
    amounts: { currency: 'EUR', authorized: 1_000, captured: 1_000 },
    method: 'ideal',
    findings: [],
  });
});

test('the next change is read although its hook is the same as the last', async () => {
  await change('tr_twice', 'pending');
  expect(await order('tr_twice', 0)).toMatchObject({ status: 'pending' });
  await change('tr_twice', 'paid');
  expect(await order('tr_twice', 1)).toMatchObject({ status: 'captured' });
});
