import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import {
  encodeFields,
  executionInfo,
  fakeClient,
  notFound,
  serviceError,
} from '../../evidence/kit/temporal/fake-client.ts';
import { hookAccounts } from '../../src/bootstrap/accounts.ts';
import { createApp } from '../../src/api/app.ts';
import { board } from '../../src/board/board.tsx';
import { OrderLookups } from '../../src/orders/order-lookups.ts';
import type { ApiKey } from '../../src/api/plugins/keys.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Order } from '../../src/domain/order/view.ts';
import { deskMemo, deskType, type DeskView } from '../../src/workflows/contract/desk.ts';
import { orderMemo, workflowType } from '../../src/workflows/contract/order-run.ts';

export const opsKey: ApiKey = { name: 'desk', key: 'ops-key-of-the-desk', scopes: ['read', 'write', 'ops'] };
export const readKey: ApiKey = { name: 'reader', key: 'read-only-key', scopes: ['read'] };

export const noon = Date.parse('2026-11-24T12:00:00Z');

interface BoardOptions {
  readonly orders?: readonly Order[];
  readonly desks?: readonly DeskView[];
  readonly apiKeys?: readonly ApiKey[];
  readonly temporalUi?: string;
}

export interface TestBoard {
  readonly app: FastifyInstance;
  readonly logs: readonly string[];
  readonly clock: { now: number };
  visitor(): Visitor;
}

/** An API on a visibility store of these orders without a worker: for tests of pages, not of Temporal. */
export async function testBoard({
  orders = [],
  desks = [],
  apiKeys = [opsKey, readKey],
  temporalUi,
}: BoardOptions = {}): Promise<TestBoard> {
  const clock = { now: noon };
  const logs: string[] = [];
  const client = storeOf(orders, desks);
  const dependencies = {
    client,
    lookups: new OrderLookups(client),
    accounts: hookAccounts(parseConfig(accountsText, {})),
    apiKeys,
    missingAttributes: async () => [],
    temporalUi,
    now: () => clock.now,
  };
  const app = await createApp(dependencies, {
    logLevel: 'trace',
    logStream: { write: (line) => void logs.push(line) },
  });
  await app.register((ops) => board(ops, dependencies), { prefix: '/ops' });
  return { app, logs, clock, visitor: () => new Visitor(app) };
}

/** Keeps cookies and tokens as a browser does. */
class Visitor {
  readonly #app: FastifyInstance;
  readonly cookies = new Map<string, string>();
  token = '';

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  async get(url: string, headers: Record<string, string> = {}) {
    return this.#keep(
      await this.#app.inject({ method: 'GET', url, headers, cookies: Object.fromEntries(this.cookies) }),
    );
  }

  /** Posts a form with the token of the last page, unless told of another. */
  async post(url: string, form: Record<string, string | string[]>, headers: Record<string, string> = {}) {
    const fields = Object.entries({ _csrf: this.token, ...form }).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    return this.#keep(
      await this.#app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        cookies: Object.fromEntries(this.cookies),
        payload: new URLSearchParams(fields).toString(),
      }),
    );
  }

  async signIn(person = 'ada', key = opsKey.key, more: Record<string, string> = {}) {
    await this.get('/ops/sign-in');
    return this.post('/ops/sign-in', { person, key, ...more });
  }

  #keep<T extends { readonly cookies: readonly object[]; readonly body: string }>(response: T): T {
    for (const cookie of response.cookies as {
      name: string;
      value: string;
      maxAge?: number;
      expires?: Date;
    }[])
      if (cookie.value === '') this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    const [, token] = /name="_csrf" value="([^"]+)"/.exec(response.body) ?? [];
    if (token !== undefined) this.token = token;
    return response;
  }
}

/** An order that has been pending for so long. */
export function stuckOrder(id: string, more: Partial<Order> = {}): Order {
  const openedAt = new Date(noon - 2 * 3_600_000).toISOString();
  return {
    id,
    account: id.slice(0, id.indexOf(':')),
    provider: 'briqpay',
    kind: 'deposit',
    reference: `ref-${id.slice(id.indexOf(':') + 1)}`,
    status: 'pending',
    amounts: { currency: 'SEK', expected: 30_000 },
    unverifiedSince: null,
    findings: [],
    escalation: {
      level: 2,
      reasons: ['pending'],
      openedAt,
      state: 'open',
      owner: null,
      snoozedUntil: null,
      nextLevelAt: null,
    },
    sequence: 3,
    createdAt: openedAt,
    updatedAt: openedAt,
    ...more,
  };
}

const accountsText = `
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: a, secret: b, hookToken: t }
  - { id: acme-no, provider: briqpay, baseUrl: 'http://127.0.0.1:9', username: a, secret: b, hookToken: t }
`;

function storeOf(orders: readonly Order[], desks: readonly DeskView[]): Client {
  const infoOf = (order: Order) =>
    executionInfo({ workflowId: order.id, workflowType, memo: encodeFields({ [orderMemo]: order }) });
  const deskInfo = (desk: DeskView) =>
    executionInfo({ workflowId: 'desk', workflowType: deskType, memo: encodeFields({ [deskMemo]: desk }) });
  const unanswered = () => Promise.reject(serviceError(4, 'no worker'));
  const workflowService = {
    async countWorkflowExecutions({ query }: { query: string }) {
      return { count: orders.filter((order) => isFound(order, query)).length };
    },
    async listWorkflowExecutions({ query }: { query: string }) {
      if (query.includes(`WorkflowType = '${deskType}'`)) return { executions: desks.map(deskInfo) };
      return { executions: orders.filter((order) => isFound(order, query)).map(infoOf) };
    },
    async describeWorkflowExecution({ execution }: { execution: { workflowId: string } }) {
      const order = orders.find(({ id }) => id === execution.workflowId);
      if (!order) throw notFound(execution.workflowId);
      return { workflowExecutionInfo: infoOf(order) };
    },
  };
  const workflow = { getHandle: () => ({ query: unanswered, executeUpdate: unanswered }) };
  return fakeClient({ workflowService, workflow });
}

/** As many of the conditions of visibility queries as the board uses. */
function isFound({ id, account, reference, escalation }: Order, query: string): boolean {
  const only = (pattern: RegExp, isSo: (value: string) => boolean) =>
    [...query.matchAll(pattern)].every(([, value = '']) => isSo(value));
  const isNamed =
    !query.includes('WorkflowId IN') ||
    query.includes(`'${id}'`) ||
    query.includes(`Reference = '${reference}'`);
  return (
    isNamed &&
    only(/EscalatedAt >= '([^']+)'/g, (from) => (escalation?.openedAt ?? '') >= from) &&
    only(/EscalatedAt < '([^']+)'/g, (to) => (escalation?.openedAt ?? '') < to) &&
    only(/EscalationReason = '([^']+)'/g, (reason) => escalation?.reasons[0] === reason) &&
    only(/EscalationState = '([^']+)'/g, (state) => escalation?.state === state) &&
    only(/EscalationLevel = (\d+)/g, (level) => escalation?.level === Number(level)) &&
    only(/Account IN \(([^)]+)\)/g, (accounts) => accounts.includes(`'${account}'`))
  );
}
