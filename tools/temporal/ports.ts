import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const loopback = '127.0.0.1';

/** The wanted loopback port if it is free, else one that the system chooses. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted === undefined) return bindOnce(0);
  return bindOnce(wanted).catch(() => bindOnce(0));
}

// Below those that systems give to outgoing calls: one of these could take the port of a process that is away.
const [lowest, highest] = [20_000, 32_000];

/** A free loopback port that is likely to stay free while its process is away for a moment. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const wanted = randomInt(lowest, highest);
    if ((await freePort(wanted)) === wanted) return wanted;
  }
}

/** Does anything accept connections on this loopback port? */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, loopback);
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

function bindOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, loopback, () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}
