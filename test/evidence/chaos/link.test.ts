import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { openLink, type Link } from '../../../evidence/chaos/cluster/link.ts';

let server: Server;
let upstream: { port: number };
let link: Link;
let plain: Link;
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
  link = await openLink(upstream);
  plain = await openLink(upstream);
});
afterEach(async () => {
  await Promise.all([link.close(), plain.close()]);
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

async function dial({ port }: Link): Promise<Line> {
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

/** A round trip on an link without a fault: what could arrive meanwhile has arrived. */
async function others(): Promise<void> {
  const line = await dial(plain);
  for (const word of ['one', 'two', 'three']) {
    line.send(word);
    await line.until(word);
  }
  line.socket.destroy();
}

test('a link without a fault carries everything, both ways', async () => {
  const line = await dial(link);
  line.send('hello');
  await line.until('hello');
  line.send('x'.repeat(1_000_000));
  await line.until('x'.repeat(1_000_000));
});

test('delay: what was sent later on another link arrives before it', async () => {
  const line = await dial(link);
  // Longer than the others take on a busy machine.
  link.fail({ kind: 'delay', ms: 3_000 });
  line.send('late');
  await others();
  expect(line.echoed()).toBe('');
  expect(arrived).not.toContain('late');
  await line.until('late');
});

test('delay: nothing overtakes what is delayed when it ends', async () => {
  const line = await dial(link);
  link.fail({ kind: 'delay', ms: 100 });
  line.send('first ');
  link.heal();
  line.send('second');
  await line.until('first second');
});

test('cut: connections break, new ones are refused, and after it they are made', async () => {
  const line = await dial(link);
  line.send('before');
  await line.until('before');
  link.fail({ kind: 'cut' });
  await line.ended;
  const refused = connect(link.port, '127.0.0.1');
  refused.on('error', () => undefined);
  await new Promise((resolve) => refused.once('close', resolve));
  link.heal();
  const again = await dial(link);
  again.send('after');
  await again.until('after');
});

test('blackhole: nothing arrives and nothing breaks; when it ends all of it arrives in its order', async () => {
  const line = await dial(link);
  line.send('before ');
  await line.until('before ');
  link.fail({ kind: 'blackhole' });
  line.send('during ');
  const inside = await dial(link);
  inside.send('inside');
  await others();
  expect(arrived).not.toMatch(/during|inside/);
  expect(line.socket.destroyed).toBe(false);
  link.heal();
  line.send('after');
  await line.until('before during after');
  await inside.until('inside');
});

test('mute: it arrives, and no answer comes back until it ends', async () => {
  const line = await dial(link);
  link.fail({ kind: 'mute' });
  line.send('asked');
  while (!arrived.includes('asked')) await others();
  await others();
  expect(line.echoed()).toBe('');
  link.heal();
  await line.until('asked');
});

test('where the server has moved, new connections follow', async () => {
  const moved = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).end('moved');
  }).listen(0, '127.0.0.1');
  await once(moved, 'listening');
  upstream.port = (moved.address() as AddressInfo).port;
  const line = await dial(link);
  await line.until('moved');
  line.socket.destroy();
  await new Promise((resolve) => moved.close(resolve));
});
