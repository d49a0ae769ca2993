import { Pool } from 'undici';
import type { Call } from '../variants/routes.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends calls to one server over connections that stay open. */
export interface Sender {
  send(call: Call): Promise<Answer>;
  /** The status alone; 0 where there was no answer. */
  statusOf(call: Call): Promise<number>;
  close(): Promise<void>;
}

// Above every deadline of the variants, so that the server always gives up first.
const deadlineMs = 300_000;

/** Opens all connections beforehand, so that no call pays for one. */
export async function openSender(url: string, connections: number): Promise<Sender> {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: deadlineMs,
    keepAliveMaxTimeout: deadlineMs,
  });
  const sender: Sender = {
    async send({ method, path, headers, body = null }) {
      const answer = await pool.request({ method, path, headers, body });
      return { status: answer.statusCode, body: await answer.body.text() };
    },
    statusOf: (call) =>
      sender.send(call).then(
        ({ status }) => status,
        () => 0,
      ),
    close: () => pool.close(),
  };
  const knock: Call = { method: 'GET', path: '/healthz', headers: {} };
  await Promise.all(Array.from({ length: connections }, () => sender.statusOf(knock)));
  return sender;
}
