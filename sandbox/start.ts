import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type SandboxOptions, createSandbox } from './app.ts';

export interface ListenOptions extends SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The loopback by default: the strings under `/sandbox` ask for no log-in. */
  readonly host?: string;
}

export interface RunningSandbox {
  /** Without a slash at its end: the `baseUrl` of an account. */
  readonly url: string;
  readonly app: FastifyInstance;
  stop(): Promise<void>;
}

/** The sandbox, listening. */
export async function startSandbox(options: ListenOptions = {}): Promise<RunningSandbox> {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  const app = createSandbox(rest);
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, app, stop: () => app.close() };
}
