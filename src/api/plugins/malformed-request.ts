import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problems, problemType, type ProblemCode } from '../problems.ts';

/** Answers a request that Node cannot parse, or that is too large, with a problem. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  // The client has gone, or has an answer already: it would mistake a second one for its next request's.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const code: ProblemCode = 'invalid_request';
  const { status, title } = problems[code];
  const detail = 'the request is not valid HTTP';
  const body = JSON.stringify({ type: problemType(code), title, status, code, detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
