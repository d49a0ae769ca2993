import { deepStrictEqual } from 'node:assert';
import type { FastifyInstance } from 'fastify';
import { hookAccounts, providerActivities } from '../../src/bootstrap/accounts.ts';
import { deskActivities, openDesks, reportFault } from '../../src/bootstrap/desks.ts';
import { createApp } from '../../src/api/app.ts';
import { undeclaredProblem } from '../../src/api/plugins/problems.ts';
import { board } from '../../src/board/board.tsx';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import { parseConfig, type Config } from '../../src/config/load.ts';
import type { Fault } from '../../src/domain/alerting/incident.ts';
import type { Order, TimelineView } from '../../src/domain/order/view.ts';
import { observeApi, openTraces } from '../../src/bootstrap/telemetry.ts';
import { sweepActivities } from '../../src/bootstrap/sweeps.ts';
import type { SandboxOptions } from '../../sandbox/app.ts';
import { startSandbox, type RunningSandbox } from '../../sandbox/start.ts';
import { dataConverterOf } from '../../src/temporal/data-converter.ts';
import type { EncryptionKeys } from '../../src/temporal/encryption.ts';
import { missingSearchAttributes } from '../../src/temporal/prepare.ts';
import { startWorkers, type Workers } from '../../src/temporal/workers.ts';
import { patienceMs } from './until.ts';
import { bundlePath, fastForward, startTestServer, type TestServer } from './temporal.ts';

export interface ServiceOptions {
  readonly virtualTime?: boolean;
  /** How long the first read may take at once; by default the most that can be set, so that a slow machine changes nothing. */
  readonly firstReadWithin?: string;
  /** YAML of the further keys of Briqpay's account, as a flow mapping's inside: `pending: { escalate: [1s] }`. */
  readonly account?: string;
  /** YAML of further accounts, each the inside of a flow mapping without its `baseUrl`. */
  readonly accounts?: readonly string[];
  /** No worker polls until `startWorker` is called. */
  readonly withoutWorker?: boolean;
  readonly sandbox?: SandboxOptions;
  /** YAML of the alert channels; with it the accounts have their desks. */
  readonly alerts?: string;
  /** Settings of the Temporal server. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the configuration takes from the environment; the OpenTelemetry SDK reads that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What payloads are encrypted with, and the bundle that goes with it. */
  readonly encryption?: { readonly keys: EncryptionKeys; readonly bundle: string };
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Everything real, in one process: dev server, worker, API over HTTP, sandbox. Stop it in `afterAll`. */
export interface Service {
  readonly temporal: TestServer;
  readonly sandbox: RunningSandbox;
  readonly api: FastifyInstance;
  readonly url: string;
  readonly config: Config;
  /** Every line that the API logged, at its most talkative. */
  readonly logs: readonly string[];
  call<T = Order>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  hook(body: unknown, token?: string): Promise<Answer<{ order: string; received: boolean }>>;
  /** Opens a session at the sandbox; hooks go to this service unless told otherwise. Answers its id. */
  openSession(settings?: Record<string, unknown>): Promise<string>;
  /** A registered order whose shopper has completed, as it is shown pending. Answers its session. */
  pendingOrder(settings?: Record<string, unknown>): Promise<string>;
  act(sessionId: string, action: string, more?: Record<string, unknown>): Promise<void>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  reads(sessionId: string): Promise<number>;
  register(sessionId: string, more?: Record<string, unknown>): Promise<Answer<Order>>;
  order(sessionId: string): Promise<Order>;
  timeline(sessionId: string): Promise<TimelineView['entries']>;
  /** Waits, by the API's own wait, until the order is as asked. */
  until(sessionId: string, isSo: (order: Order) => boolean): Promise<Order>;
  /** Moves the order's virtual clock. */
  forward(sessionId: string, ms: number): Promise<void>;
  events(sessionId: string): Promise<string[]>;
  startWorker(): Promise<Workers>;
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
}

export const orderIdOf = (sessionId: string) => `acme-se:${sessionId}`;
export const hookToken = 'hook-token';

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { encryption } = options;
  const dataConverter = dataConverterOf(encryption?.keys);
  const temporal = await startTestServer({
    virtualTime: options.virtualTime ?? false,
    settings: options.settings,
    dataConverter,
  });
  const sandbox = await startSandbox(options.sandbox);
  const config = parseConfig(configText(sandbox.url, options), options.environment ?? {});
  const { client, connection, namespace } = temporal;
  const logs: string[] = [];
  const { metrics } = await observeApi(config, client, () => {});
  const traces = await openTraces(config, 'test', (reason) => console.error('traces were lost:', reason));
  const dependencies = {
    client,
    lookups: new OrderLookups(client),
    accounts: hookAccounts(config),
    apiKeys: config.apiKeys,
    missingAttributes: () => missingSearchAttributes(connection, namespace),
    metrics,
    traces: traces?.hooks,
    now: Date.now,
  };
  const api = await createApp(dependencies, {
    logLevel: 'trace',
    logStream: { write: (line) => void logs.push(line) },
  });
  await api.register((ops) => board(ops, dependencies), { prefix: '/ops' });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  let workers: Workers | undefined;

  const service: Service = {
    temporal,
    sandbox,
    api,
    url,
    config,
    logs,
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: 'Bearer shop-key',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text ? JSON.parse(text) : undefined) as T,
      };
    },
    hook: (body, token = hookToken) => service.call('POST', `/hooks/acme-se/${token}`, body),
    async openSession(settings = {}) {
      const hookUrl = `${url}/hooks/acme-se/${hookToken}`;
      const session = await service.control<{ sessionId: string }>('POST', '/sessions', {
        hookUrl,
        ...settings,
      });
      return session.sessionId;
    },
    async pendingOrder(settings) {
      const session = await service.openSession(settings);
      await service.register(session);
      await service.act(session, 'complete');
      await service.until(session, ({ status }) => status === 'pending');
      return session;
    },
    async act(sessionId, action, more = {}) {
      await service.control('POST', `/sessions/${sessionId}/actions`, { action, ...more });
    },
    async control<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${sandbox.url}/sandbox/briqpay${path}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
    async reads(sessionId) {
      const ledger = await service.control<{ reads: unknown[] }>('GET', `/ledger?sessionId=${sessionId}`);
      return ledger.reads.length;
    },
    register: (sessionId, more = {}) =>
      service.call('POST', '/v1/orders', {
        account: 'acme-se',
        sessionId,
        reference: '1000123',
        expected: { amount: 30_000, currency: 'SEK' },
        ...more,
      }),
    async order(sessionId) {
      const { status, body } = await service.call('GET', `/v1/orders/${orderIdOf(sessionId)}`);
      if (status !== 200) throw new Error(`no order: ${status}`);
      return body;
    },
    async timeline(sessionId) {
      const { body } = await service.call<TimelineView>('GET', `/v1/orders/${orderIdOf(sessionId)}/timeline`);
      return body.entries;
    },
    until: (sessionId, isSo) =>
      untilSo(temporal, orderIdOf(sessionId), () => service.order(sessionId).catch(() => undefined), isSo),
    forward: (sessionId, ms) => fastForward(client, orderIdOf(sessionId), ms),
    async events(sessionId) {
      const { events } = await client.workflow.getHandle(orderIdOf(sessionId)).fetchHistory();
      return (events ?? []).map(
        (event) => Object.keys(event).find((key) => key.endsWith('Attributes')) ?? '',
      );
    },
    async startWorker() {
      const hasDesks = options.alerts !== undefined;
      const report = (account: string, fault: Fault) => {
        if (hasDesks) void reportFault(client, config, account, fault);
      };
      const readers = providerActivities(config, { report, trace: traces?.read });
      workers = await startWorkers({
        connection,
        namespace,
        bundle: { codePath: encryption?.bundle ?? bundlePath() },
        dataConverter,
        ...readers,
        onReadEffect: traces?.readEffect,
        ...(hasDesks && {
          desk: {
            ...deskActivities(client, config, readers, { everyMs: 250 }),
            ...sweepActivities(client, config, readers),
          },
        }),
      });
      if (hasDesks) await openDesks(client, config);
      return workers;
    },
    async stopWorker() {
      await workers?.stop();
      workers = undefined;
    },
    async stop() {
      await api.close();
      await service.stopWorker();
      await traces?.close();
      await sandbox.stop();
      await temporal.stop();
      expectDeclaredProblems(logs);
    },
  };
  if (!options.withoutWorker) await service.startWorker();
  return service;
}

/** Holds the routes to the problems that they declare; `logs` are the lines of the API. */
export function expectDeclaredProblems(logs: readonly string[]): void {
  deepStrictEqual(
    logs.filter((line) => line.includes(undeclaredProblem)),
    [],
  );
}

/** Waits on the workflow's history, so that a change which raises no sequence is seen too. */
async function untilSo(
  { client, namespace }: TestServer,
  workflowId: string,
  read: () => Promise<Order | undefined>,
  isSo: (order: Order) => boolean,
): Promise<Order> {
  const deadline = Date.now() + patienceMs;
  let token: Uint8Array | null = null;
  for (;;) {
    const order = await read();
    if (order && isSo(order)) return order;
    if (Date.now() > deadline) throw new Error(`not so in time: ${JSON.stringify(order)}`);
    const page: { nextPageToken?: Uint8Array | null } | undefined = await client
      .withDeadline(Date.now() + 1_000, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution: { workflowId },
          waitNewEvent: true,
          nextPageToken: token,
        }),
      )
      .catch(() => undefined);
    token = page?.nextPageToken?.length ? page.nextPageToken : null;
  }
}

function configText(
  baseUrl: string,
  { account = '', accounts = [], firstReadWithin = '5s', alerts = '[]' }: ServiceOptions,
): string {
  return `
alerts: ${alerts}
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: '${baseUrl}', username: sandbox, secret: sandbox-secret, hookToken: ${hookToken}, firstReadWithin: ${firstReadWithin}${account && `, ${account}`} }
  - { id: acme-eu, provider: bridgerpay, baseUrl: '${baseUrl}', username: sandbox, password: sandbox-password, apiKey: sandbox-api-key, hookToken: ${hookToken}, firstReadWithin: ${firstReadWithin} }
${accounts.map((more) => `  - { baseUrl: '${baseUrl}', ${more} }`).join('\n')}
apiKeys:
  - { name: shop, key: shop-key, scopes: [read, write, ops] }
  - { name: reader, key: reader-key, scopes: [read] }
  - { name: elsewhere, key: elsewhere-key, scopes: [read, write, ops], accounts: [] }
`;
}
