import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const loopback = '127.0.0.1';

/** The wanted loopback port if it is free, else one that the system chooses. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted === undefined) return bindOnce(0);
  return bindOnce(wanted).catch(() => bindOnce(0));
}

/** Whether a process accepts connections on this loopback port. */
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
