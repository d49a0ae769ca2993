import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { createApp } from '../../src/api/app.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import type { HookTrace, TracedHook } from '../../src/api/hook-traces.ts';
import { parseConfig } from '../../src/config/load.ts';
import { connectTemporal, installRuntime } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../tools/temporal/dev-server.ts';
import { cliPath } from '../support/temporal.ts';

// Temporal is away: what is logged of a hook then must lead to its trace.
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const text = `
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: u, secret: s, hookToken: hook-token }
`;

test('a hook that Temporal did not take is traced as failed, and the log says where', async () => {
  installRuntime({ logLevel: 'ERROR' });
  const server = await startDevServer({ cli: cliPath() });
  const { client, connection } = await connectTemporal({ address: server.address });
  server.kill();
  const begun: TracedHook[] = [];
  let ended: (status: number | undefined) => void;
  const end = new Promise<number | undefined>((resolve) => (ended = resolve));
  const told: unknown[] = [];
  const trace: HookTrace = {
    traceparent,
    about: (order) => void told.push(order),
    became: (what) => void told.push(what),
    end: (status) => ended(status),
  };
  const begin = (hook: TracedHook) => {
    begun.push(hook);
    return trace;
  };
  const lines: string[] = [];
  const app = await createApp(
    {
      client,
      lookups: new OrderLookups(client),
      accounts: hookAccounts(parseConfig(text, {})),
      apiKeys: [],
      missingAttributes: async () => [],
      traces: { begin },
      now: Date.now,
    },
    { logLevel: 'info', logStream: { write: (line) => void lines.push(line) } },
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { status } = await fetch(`${url}/hooks/acme-se/hook-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'order_status', status: 'order_pending', sessionId: 'one' }),
  });
  expect(status).toBe(503);
  expect(await end).toBe(503);
  expect(told).toEqual(['acme-se:one']);
  expect(begun).toMatchObject([
    { method: 'POST', route: '/hooks/:account/:token', account: 'acme-se', provider: 'briqpay' },
  ]);
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({
      msg: 'Temporal did not answer',
      order: 'acme-se:one',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
    }),
  );
  await app.close();
  await connection.close();
});
