import { connect, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../../src/api/app.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import { problems } from '../../src/api/problems.ts';
import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { parseConfig } from '../../src/config/load.ts';
import { expectDeclaredProblems } from '../support/service.ts';
import { play, says, t0, terms, hour } from '../domain/support.ts';
import { fakeOrders, type FakeOrders } from './fake-orders.ts';

/** The API on a port of its own, over orders in memory. */
export interface Door {
  readonly temporal: FakeOrders;
  /** Writes these bytes and reads what comes back, to the end of the connection. */
  exchange(bytes: Buffer): Promise<Answer | undefined>;
  /** Throws where the answer is a 5xx that is not `allowed`. */
  send(request: Request, allowed?: readonly number[]): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Request {
  readonly method: string;
  /** As it stands in the request line, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export const hookToken = 'hook-token-4711';
export const apiKey = 'shop-key-4711';
export const signingSecret = 'signing-secret-4711';

/** An order that waits for a person. */
export const escalated = play({
  world: [[0, says.pending]],
  commands: [[0, { type: 'recheck', by: 'test' }]],
  terms,
  until: hour,
}).state;

export async function openDoor(): Promise<Door> {
  const now = () => t0 + 2 * hour;
  const temporal = fakeOrders([escalated], now);
  const config = parseConfig(configText, {});
  const logs: string[] = [];
  const app: FastifyInstance = await createApp(
    {
      client: temporal.client,
      lookups: new OrderLookups(temporal.client),
      accounts: hookAccounts(config),
      apiKeys: config.apiKeys,
      missingAttributes: async () => [],
      now,
    },
    { logLevel: 'error', logStream: { write: (line) => void logs.push(line) } },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;

  const door: Door = {
    temporal,
    exchange: (bytes) => exchange(port, bytes),
    async send(request, allowed = []) {
      const answer = await exchange(port, bytesOf(request));
      if (!answer) throw new Error('no answer');
      // What went wrong is in the log; the answer to a sender does not say.
      if (answer.status >= 500 && !allowed.includes(answer.status))
        throw new Error(`HTTP ${answer.status}: ${logs.at(-1) ?? answer.text}`);
      return answer;
    },
    async stop() {
      await app.close();
      expectDeclaredProblems(logs);
    },
  };
  return door;
}

const configText = `
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: u, secret: s, hookToken: ${hookToken}, unregistered: { perMinute: 1000000000 } }
  - { id: signed, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: u, secret: s, hookToken: ${hookToken}, signingSecret: ${signingSecret}, unregistered: { perMinute: 1000000000 } }
  - { id: acme-eu, provider: bridgerpay, baseUrl: 'http://127.0.0.1:9', username: u, password: p, apiKey: k, hookToken: ${hookToken}, unregistered: { perMinute: 1000000000 } }
  - { id: echoed, provider: bridgerpay, baseUrl: 'http://127.0.0.1:9', username: u, password: p, apiKey: k, hookToken: ${hookToken}, payloadSecret: ${signingSecret}, unregistered: { perMinute: 1000000000 } }
apiKeys:
  - { name: shop, key: ${apiKey}, scopes: [read, write, ops] }
`;

/** Holds a refusal to be a problem with a stable code, whoever refused. */
export function expectRefusal({ status, type, text }: Answer): void {
  const body = JSON.parse(text) as { code: keyof typeof problems };
  expect({ status, type, body }).toEqual({
    status: problems[body.code]?.status,
    type: expect.stringMatching(/^application\/problem\+json/),
    body: {
      type: `/problems/${body.code}`,
      title: problems[body.code]?.title,
      status,
      code: body.code,
      detail: expect.stringMatching(/\S/),
    },
  });
}

function bytesOf({ method, path, headers = {}, body }: Request): Buffer {
  const all = {
    host: '127.0.0.1',
    connection: 'close',
    ...(body && { 'content-length': `${body.length}` }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return body ? Buffer.concat([head, body]) : head;
}

function exchange(port: number, bytes: Buffer): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('data', (chunk) => void chunks.push(chunk));
    // The server may have refused and left before it had read everything.
    socket.on('error', (error) =>
      chunks.length > 0 || bytes.length > 0 ? resolve(answerIn(Buffer.concat(chunks))) : reject(error),
    );
    socket.on('end', () => resolve(answerIn(Buffer.concat(chunks))));
    socket.on('close', () => resolve(answerIn(Buffer.concat(chunks))));
    socket.end(bytes);
  });
}

/** The last answer on a connection. */
function answerIn(bytes: Buffer): Answer | undefined {
  const whole = bytes.toString();
  const head = /^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/.exec(whole);
  if (!head) return undefined;
  const [, type = ''] = /^content-type: (.*)$/im.exec(head[0]) ?? [];
  return { status: Number(head[1]), type: type.trim(), text: whole.slice(head[0].length) };
}
