import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { openProxy, type Proxy } from '../../../evidence/chaos/site/proxy.ts';

let server: Server;
let upstream: { port: number };
let proxy: Proxy;
let plain: Proxy;
/** What has reached the server. */
let arrived: string;
const accepted = new Set<Socket>();

beforeEach(async () => {
  arrived = '';
  server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      arrived += chunk.toString();
      socket.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstream = { port: (server.address() as AddressInfo).port };
  proxy = await openProxy(upstream);
  plain = await openProxy(upstream);
});
afterEach(async () => {
  await Promise.all([proxy.close(), plain.close()]);
  accepted.forEach((socket) => socket.destroy());
  await new Promise((resolve) => server.close(resolve));
});

interface Line {
  readonly socket: Socket;
  readonly ended: Promise<unknown>;
  /** Everything that has come back. */
  echoed(): string;
  send(text: string): void;
  until(text: string): Promise<void>;
}

async function dial({ port }: Proxy): Promise<Line> {
  const socket = connect(port, '127.0.0.1');
  let back = '';
  const ended = once(socket, 'close').catch((error: unknown) => error);
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text: string) => (back += text));
  await once(socket, 'connect');
  return {
    socket,
    ended,
    echoed: () => back,
    send: (text) => void socket.write(text),
    async until(text) {
      while (!back.includes(text)) await once(socket, 'data');
    },
  };
}

/** A round trip on an untroubled road: what was to arrive meanwhile has had its time. */
async function others(): Promise<void> {
  const line = await dial(plain);
  for (const word of ['one', 'two', 'three']) {
    line.send(word);
    await line.until(word);
  }
  line.socket.destroy();
}

test('a road that is left alone carries everything, both ways', async () => {
  const line = await dial(proxy);
  line.send('hello');
  await line.until('hello');
  line.send('x'.repeat(1_000_000));
  await line.until('x'.repeat(1_000_000));
});

test('delay: what was sent later on another road arrives before it', async () => {
  const line = await dial(proxy);
  proxy.trouble({ kind: 'delay', ms: 400 });
  line.send('late');
  await others();
  expect(line.echoed()).toBe('');
  expect(arrived).not.toContain('late');
  await line.until('late');
});

test('delay: nothing overtakes what is delayed when it ends', async () => {
  const line = await dial(proxy);
  proxy.trouble({ kind: 'delay', ms: 100 });
  line.send('first ');
  proxy.heal();
  line.send('second');
  await line.until('first second');
});

test('cut: connections break, none is made, and after it new ones are', async () => {
  const line = await dial(proxy);
  line.send('before');
  await line.until('before');
  proxy.trouble({ kind: 'cut' });
  await line.ended;
  const refused = connect(proxy.port, '127.0.0.1');
  refused.on('error', () => undefined);
  await new Promise((resolve) => refused.once('close', resolve));
  proxy.heal();
  const again = await dial(proxy);
  again.send('after');
  await again.until('after');
});

test('blackhole: nothing arrives and nothing breaks; when it ends all of it arrives in its order', async () => {
  const line = await dial(proxy);
  line.send('before ');
  await line.until('before ');
  proxy.trouble({ kind: 'blackhole' });
  line.send('during ');
  const inside = await dial(proxy);
  inside.send('inside');
  await others();
  expect(arrived).not.toMatch(/during|inside/);
  expect(line.socket.destroyed).toBe(false);
  proxy.heal();
  line.send('after');
  await line.until('before during after');
  await inside.until('inside');
});

test('mute: it arrives, and no answer comes back until it ends', async () => {
  const line = await dial(proxy);
  proxy.trouble({ kind: 'mute' });
  line.send('read-queued');
  while (!arrived.includes('read-queued')) await others();
  await others();
  expect(line.echoed()).toBe('');
  proxy.heal();
  await line.until('read-queued');
});

test('where the server has moved, new connections follow', async () => {
  const moved = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).end('moved');
  }).listen(0, '127.0.0.1');
  await once(moved, 'listening');
  upstream.port = (moved.address() as AddressInfo).port;
  const line = await dial(proxy);
  await line.until('moved');
  line.socket.destroy();
  await new Promise((resolve) => moved.close(resolve));
});
