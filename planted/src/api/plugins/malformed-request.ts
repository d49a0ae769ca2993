import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problems, problemType, type ProblemCode } from '../problems.ts';

/** Answers what is no HTTP, or too much of it, as a problem like any other. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  // Whoever has gone hears nothing, and a second answer would be taken for that of the next request.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const code: ProblemCode = 'invalid_request';
  const { status, title } = problems[code];
  const detail = 'the request is no HTTP that could be read';
  const body = JSON.stringify({ type: problemType(code), title, status, code, detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
