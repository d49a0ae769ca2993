import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChanges } from '../../../tools/changes.ts';

/** An alert that came by a channel; its type and its peak where the channel is the webhook. */
interface Told {
  readonly channel: string;
  readonly type: string | undefined;
  readonly peak: number | undefined;
}

/** The receivers of alerts: a server that keeps what came by each of the product's channels. */
export interface Channels {
  /** For the product's configuration. */
  readonly settings: readonly object[];
  readonly names: readonly string[];
  all(): readonly Told[];
  told(name: string): readonly Told[];
  /** The largest number of orders in one alert. */
  peak(): number;
  /** Resolves when `count` alerts that fit have come. */
  until(count: number, fits?: (told: Told) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const names = ['webhook', 'slack', 'pagerduty'] as const;

export async function startChannels(): Promise<Channels> {
  const told: Told[] = [];
  const { changed, until } = createChanges();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { type?: string; data?: { peak: number } };
      told.push({ channel: (request.url ?? '').slice(1), type: body.type, peak: body.data?.peak });
      response.writeHead(202).end();
      changed();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: [
      { kind: 'webhook', name: 'webhook', url: `${url}/webhook`, secret: 'bench' },
      { kind: 'slack', name: 'slack', url: `${url}/slack` },
      { kind: 'pagerduty', name: 'pagerduty', url: `${url}/pagerduty`, secret: 'bench' },
    ],
    names,
    all: () => told,
    told: (name) => told.filter(({ channel }) => channel === name),
    peak: () => Math.max(0, ...told.map(({ peak = 0 }) => peak)),
    until: (count, fits = () => true) => until(() => told.filter(fits).length >= count),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
