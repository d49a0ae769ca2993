import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChanges } from '../../tools/changes.ts';

/** The JSON that came in, as far as tests look at it. */
interface ReceivedBody {
  readonly type: string;
  readonly data: { readonly fault: { readonly endedAt: string | null } | null };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: ReceivedBody;
}

/** Somebody who is told: a real HTTP server that keeps what it got, and answers as it is told to. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  answer: { status: number; headers?: Record<string, string> };
  /** Resolves when so many that fit have come in. */
  until(count: number, fits?: (received: Received) => boolean): Promise<readonly Received[]>;
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const { changed, until } = createChanges();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { status, headers = {} } = receiver.answer;
      response.writeHead(status, headers).end('{}');
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        text,
        body: JSON.parse(text) as ReceivedBody,
      });
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: { status: 202 },
    async until(count, fits = () => true) {
      await until(() => received.filter(fits).length >= count);
      return received.filter(fits);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
