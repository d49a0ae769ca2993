import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { prepareNamespace } from '../../src/temporal/prepare.ts';
import { startDevServer, type DevServerOptions } from './dev-server.ts';

/** A dev server whose namespace is ready for orders, and a connection to it. */
export interface PreparedServer {
  readonly address: string;
  readonly pid: number;
  readonly namespace: string;
  readonly client: Client;
  /** The same connection that the client uses; for workers. */
  readonly connection: NativeConnection;
  /** Stop the workers before: the server is killed, and keeps nothing that was not written. */
  stop(): Promise<void>;
}

export interface PreparedServerOptions extends DevServerOptions {
  readonly dataConverter?: DataConverter | undefined;
}

export async function startPreparedServer({
  dataConverter,
  ...options
}: PreparedServerOptions): Promise<PreparedServer> {
  const server = await startDevServer(options);
  const { address, pid } = server;
  const { client, connection, namespace } = await connectTemporal({ address, dataConverter });
  await prepareNamespace(connection, { namespace });
  const stop = async () => {
    await connection.close();
    server.kill(); // an orderly end takes a second
    await server.stop();
  };
  return { address, pid, namespace, client, connection, stop };
}
