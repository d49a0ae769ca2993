import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type SandboxOptions, createSandbox } from './app.ts';

export interface ListenOptions extends SandboxOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Loopback by default, since the controls under `/sandbox` need no login. */
  readonly host?: string;
}

export interface RunningSandbox {
  /** The `baseUrl` of an account, without a slash at its end. */
  readonly url: string;
  readonly app: FastifyInstance;
  stop(): Promise<void>;
}

/** Starts a sandbox that listens. */
export async function startSandbox(options: ListenOptions = {}): Promise<RunningSandbox> {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  const app = createSandbox(rest);
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, app, stop: () => app.close() };
}
