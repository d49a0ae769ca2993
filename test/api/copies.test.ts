import type { Client } from '@temporalio/client';
import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { createApp } from '../../src/api/app.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import { parseConfig } from '../../src/config/load.ts';

/** An API whose Temporal counts signals, and acknowledges none while it is `down`. */
async function countingApi() {
  const temporal = { signals: 0, isDown: false };
  const raw = {
    options: {
      namespace: 'default',
      loadedDataConverter: { payloadConverter: { toPayload: () => ({}) }, payloadCodecs: [] },
    },
    withDeadline: (_: number, call: () => unknown) => call(),
    workflowService: {
      async signalWorkflowExecution() {
        temporal.signals++;
        if (temporal.isDown) throw Object.assign(new Error('down'), { code: 14, details: '', metadata: {} });
        return {};
      },
    },
  };
  let time = Date.parse('2026-11-24T12:00:00Z');
  const config = parseConfig(
    `accounts: [{ id: acme-se, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: a, secret: b, hookToken: token }]`,
    {},
  );
  const client = raw as unknown as Client;
  const app = await createApp(
    {
      client,
      lookups: new OrderLookups(client),
      accounts: hookAccounts(config),
      apiKeys: [],
      missingAttributes: async () => [],
      now: () => time,
    },
    { logLevel: 'silent' },
  );
  const hook = async (captureId: string) => {
    const payload = { sessionId: '61c16f84', event: 'capture_status', status: 'approved', captureId };
    return (await app.inject({ method: 'POST', url: '/hooks/acme-se/token', payload })).statusCode;
  };
  return { temporal, hook, later: (ms: number) => (time += ms) };
}

test('a copy of a hook that Temporal has is answered without asking it again', async () => {
  const { temporal, hook } = await countingApi();
  for (let copy = 0; copy < 100; copy++) expect(await hook('one')).toBe(202);
  expect(temporal.signals).toBe(1);
  expect(await hook('two')).toBe(202);
  expect(temporal.signals).toBe(2);
});

test('a copy that comes five minutes later is a hint again', async () => {
  const { temporal, hook, later } = await countingApi();
  await hook('one');
  later(5 * 60_000);
  await hook('one');
  expect(temporal.signals).toBe(2);
});

test('a hook that Temporal did not take is nothing that it has', async () => {
  const { temporal, hook } = await countingApi();
  temporal.isDown = true;
  expect(await hook('one')).toBe(503);
  expect(await hook('one')).toBe(503);
  temporal.isDown = false;
  expect(await hook('one')).toBe(202);
  expect(temporal.signals).toBe(3);
});
