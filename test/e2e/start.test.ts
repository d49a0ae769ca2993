import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { journeys } from '../../demo/journeys.ts';
import type { Order } from '../../src/domain/order/view.ts';
import { isListening } from '../../tools/temporal/ports.ts';
import { descendantsOf, endProcesses, isRunning, startProcess, type Child } from '../support/child.ts';
import { until } from '../support/until.ts';

// `npm start` as a person runs it, on a machine where somebody else has all of its usual ports.
const usualPorts = [3000, 7233, 8233, 4010];
let taken: Server[];
let dev: Child;
let table: string;
beforeAll(async () => {
  taken = await Promise.all(usualPorts.map(take));
  dev = startProcess('dev');
  await dev.until(/Ctrl-C ends all of it\./);
  table = dev.output().slice(dev.output().indexOf('findings'));
});
afterAll(async () => {
  await endProcesses();
  await Promise.all(taken.map(release));
});

/** Takes a port; where somebody has it already, that is as good. */
async function take(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening').catch(() => undefined);
  return server;
}

async function release(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

function printed(pattern: RegExp): string {
  return pattern.exec(table)?.[1] ?? `nothing like ${pattern} was printed`;
}

const addresses = () => ({
  ui: printed(/every order +(http:\/\/[^/\s]+)/),
  api: printed(/API documents +(http:\/\/[^/\s]+)/),
  sandbox: printed(/sandbox +(http:\/\/[^/\s]+)/),
});

test.each(journeys.map(({ name }) => name))('the demo order "%s" came to where it should', (name) => {
  expect(table).toContain(`✓  ${name} `);
});

test('no demo order went wrong', () => {
  expect(dev.output()).not.toContain('✗');
});

test('everything that it prints to open answers, on ports that were free', async () => {
  const { ui, api, sandbox } = addresses();
  const pages = [
    `${ui}/namespaces/default/workflows`,
    `${api}/readyz`,
    `${api}/docs`,
    `${sandbox}/sandbox/briqpay`,
  ];
  for (const page of pages) {
    const response = await fetch(page);
    await response.arrayBuffer();
    expect([page, response.status]).toEqual([page, 200]);
    expect(usualPorts).not.toContain(portOf(page));
  }
});

test('the escalations that it prints have the order that is stuck', async () => {
  const key = printed(/-H '(Authorization: Bearer \S+)'/).split(': ')[1]!;
  const response = await fetch(printed(/-H '[^']+' (http\S+)/), { headers: { authorization: key } });
  const { escalations } = (await response.json()) as { escalations: Order[] };
  expect(escalations).toContainEqual(
    expect.objectContaining({
      reference: 'demo-stuck-in-pending',
      status: 'pending',
      escalation: expect.objectContaining({ level: 2, reasons: ['pending'] }) as unknown,
    }),
  );
});

test('Ctrl-C ends all of it', async () => {
  const started = descendantsOf(dev.pid);
  const ports = Object.values(addresses()).map(portOf);
  expect(await Promise.all(ports.map(isListening))).toEqual([true, true, true]);

  dev.signal('SIGINT');
  expect(await dev.ended).toEqual({ code: 0, signal: null });
  expect(dev.output()).toMatch(/stopped\.\n$/);
  // Helpers of the loader go a moment after the process that they helped.
  await until(
    () => started.filter(isRunning),
    (pids) => pids.length === 0,
  );
  expect(await Promise.all(ports.map(isListening))).toEqual([false, false, false]);
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}
