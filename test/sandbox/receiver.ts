import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  /** The fields of the body, or of the query. */
  readonly fields: Record<string, unknown>;
}

/** A shop's hook endpoint, which answers as told and lets a test wait for what arrives. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** `event:status` of every hook so far. */
  names(): string[];
  /** Resolves with the first `count` hooks that are wanted, when they have arrived. */
  until(count: number, isWanted?: (hook: Received) => boolean): Promise<Received[]>;
  /** The statuses of the next answers; then 200 again. */
  answerWith(...statuses: number[]): void;
  /** Keeps every answer back until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const held: ServerResponse[] = [];
  let statuses: number[] = [];
  let isHolding = false;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop.test');
      const rawBody = Buffer.concat(chunks).toString();
      const fields = rawBody === '' ? Object.fromEntries(searchParams) : fieldsOf(rawBody);
      received.push({
        method: request.method ?? '',
        path: pathname,
        headers: request.headers,
        rawBody,
        fields,
      });
      response.statusCode = statuses.shift() ?? 200;
      if (isHolding) held.push(response);
      else response.end();
      for (const check of waiting) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    names: () => received.map(({ fields }) => `${String(fields['event'])}:${String(fields['status'])}`),
    until: (count, isWanted = () => true) =>
      new Promise((resolve) => {
        function check() {
          const wanted = received.filter(isWanted);
          if (wanted.length < count) return;
          waiting.delete(check);
          resolve(wanted.slice(0, count));
        }
        waiting.add(check);
        check();
      }),
    answerWith(...next) {
      statuses = next;
    },
    hold() {
      isHolding = true;
      return () => {
        isHolding = false;
        for (const response of held.splice(0)) response.end();
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Forged hooks need not be JSON. */
function fieldsOf(rawBody: string) {
  try {
    return JSON.parse(rawBody);
  } catch {
    return {};
  }
}
