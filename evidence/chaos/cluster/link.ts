import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What is wrong with a link. */
export type Fault =
  /** Every byte arrives `ms` later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Connections break, and new ones are refused. */
  | { readonly kind: 'cut' }
  /** Nothing arrives, and no connection breaks; what was sent meanwhile arrives when it is over. */
  | { readonly kind: 'blackhole' }
  /** The same for answers alone. */
  | { readonly kind: 'mute' };

/** A TCP connection through a proxy, which can be given a fault. */
export interface Link {
  readonly port: number;
  /** Takes the place of the fault before it. */
  fail(fault: Fault): void;
  heal(): void;
  close(): Promise<void>;
}

/** One direction of a connection. */
interface Lane {
  readonly from: Socket;
  readonly to: Socket;
  readonly isAnswer: boolean;
  readonly waiting: { readonly chunk: Buffer; readonly dueAt: number }[];
  timer: NodeJS.Timeout | undefined;
}

// A stream that is held back is not read from beyond this.
const heldBytes = 4 * 1024 * 1024;

/** Opens a link on a free port of the loopback to `upstream`, which may come and go, and whose port may change. */
export async function openLink(upstream: { readonly port: number }): Promise<Link> {
  const lanes = new Set<Lane>();
  let fault: Fault | undefined;
  const server = createServer({ allowHalfOpen: true }, accept);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));

  function accept(client: Socket): void {
    if (fault?.kind === 'cut') return void client.resetAndDestroy();
    const target = connect({ port: upstream.port, host: '127.0.0.1', allowHalfOpen: true });
    const there: Lane = { from: client, to: target, isAnswer: false, waiting: [], timer: undefined };
    const back: Lane = { from: target, to: client, isAnswer: true, waiting: [], timer: undefined };
    for (const lane of [there, back]) run(lane, () => [there, back].forEach(drop));
  }

  function run(lane: Lane, end: () => void): void {
    lanes.add(lane);
    lane.from.setNoDelay(true);
    lane.from.on('data', (chunk: Buffer) => {
      const delayMs = fault?.kind === 'delay' ? fault.ms : 0;
      lane.waiting.push({ chunk, dueAt: Date.now() + delayMs });
      pass(lane);
    });
    lane.from.on('end', () => {
      lane.waiting.push({ chunk: Buffer.alloc(0), dueAt: Date.now() });
      pass(lane);
    });
    lane.from.on('error', end).on('close', end);
  }

  /** Passes on what is due, in its order, and sets a timer for the rest. */
  function pass(lane: Lane): void {
    clearTimeout(lane.timer);
    const { from, to, waiting } = lane;
    if (isHeld(lane)) {
      if (waiting.reduce((sum, { chunk }) => sum + chunk.length, 0) > heldBytes) from.pause();
      return;
    }
    for (let next = waiting[0]; next; next = waiting[0]) {
      const inMs = next.dueAt - Date.now();
      if (inMs > 0) {
        lane.timer = setTimeout(() => pass(lane), inMs);
        return;
      }
      waiting.shift();
      if (next.chunk.length === 0) to.end();
      else to.write(next.chunk);
    }
    if (from.isPaused()) from.resume();
  }

  function isHeld({ isAnswer }: Lane): boolean {
    return fault?.kind === 'blackhole' || (fault?.kind === 'mute' && isAnswer);
  }

  function drop(lane: Lane): void {
    if (!lanes.delete(lane)) return;
    clearTimeout(lane.timer);
    lane.from.destroy();
    lane.to.destroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    fail(next) {
      fault = next;
      if (next.kind !== 'cut') return;
      for (const { from } of lanes) from.resetAndDestroy();
      lanes.forEach(drop);
    },
    heal() {
      fault = undefined;
      lanes.forEach(pass);
    },
    async close() {
      lanes.forEach(drop);
      await closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
