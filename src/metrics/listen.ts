import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GivePage } from './registry.ts';

export interface ScrapePort {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the page at `/metrics` on a port of its own. Rejects if the port is in use. */
export async function listenForScrapes(
  { host, port }: { readonly host: string; readonly port: number },
  page: GivePage,
): Promise<ScrapePort> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    page().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
