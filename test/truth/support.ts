import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from '../../src/domain/order/commands.ts';
import type { Hint } from '../../src/domain/order/hints.ts';
import type { Identity } from '../../src/domain/order/state.ts';
import { bridgerpay } from '../../src/providers/bridgerpay/index.ts';
import { briqpay } from '../../src/providers/briqpay/index.ts';
import type { ProviderClient, ProviderHooks, ReadTarget } from '../../src/providers/provider.ts';
import { deposit, play, t0, terms, type Answer, type Played, type Script } from '../domain/support.ts';

// Orders that are told what providers send: bytes through the real clients, hooks through the real parsers, and then an
// order in virtual time.

/** What the provider answers to one request. */
export interface Told {
  readonly http?: number;
  readonly type?: string;
  readonly body: string;
}

/** A page of something on the road. */
export const page = (http: number): Told => ({
  http,
  type: 'text/html',
  body: '<!doctype html><title>We will be right back</title>',
});

/** An account of each provider whose API is this server, and what was asked of it. */
export interface Wire {
  readonly asked: readonly string[];
  /** The next answers to requests whose path has this part, one after another; the last one stays. */
  answer(part: string, ...told: readonly Told[]): void;
  client(provider: 'briqpay' | 'bridgerpay'): ProviderClient;
  /** One read by a client that has made no other. */
  read(provider: 'briqpay' | 'bridgerpay', told: Told, target?: Partial<ReadTarget>): Promise<Answer>;
  stop(): void;
}

export const key = { briqpay: deposit.key, bridgerpay: 'order-1' } as const;

/** The order of BridgerPay that the stories are about. */
export const bridgerpayDeposit: Identity = {
  id: 'acme-eu:order-1',
  account: 'acme-eu',
  provider: 'bridgerpay',
  kind: 'deposit',
  key: key.bridgerpay,
};

export async function startWire(): Promise<Wire> {
  const asked: string[] = [];
  let answers: readonly { readonly part: string; readonly told: Told[] }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const told = answers.find(({ part }) => path.includes(part))?.told ?? [{ http: 599, body: '' }];
    const { http = 200, type = 'application/json', body } = told.length > 1 ? told.shift()! : told[0]!;
    request.resume().on('end', () => response.writeHead(http, { 'content-type': type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientOf = (provider: 'briqpay' | 'bridgerpay') =>
    provider === 'briqpay'
      ? briqpay.client({ baseUrl, username: 'user', secret: 'secret' }, () => t0)
      : bridgerpay.client({ baseUrl, username: 'user', password: 'hush', apiKey: 'key' }, () => t0);
  const wire: Wire = {
    asked,
    answer(part, ...told) {
      answers = [{ part, told: [...told] }, ...answers.filter((one) => one.part !== part)];
    },
    client: clientOf,
    async read(provider, told, target = {}) {
      wire.answer(provider === 'briqpay' ? '/v3/session/' : '/deposits/', told);
      return readBy(clientOf(provider), { kind: 'deposit', key: key[provider], ...target });
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  wire.answer('/auth/login', envelope({ access_token: { token: 'token', expires_in: 7_200 } }));
  return wire;
}

/** One read, as the order's own answer: a reading or why there is none. */
export async function readBy(client: ProviderClient, target: ReadTarget): Promise<Answer> {
  const attempt = await client.read(target, new AbortController().signal);
  return attempt.ok ? attempt.reading : attempt.failure;
}

// What BridgerPay sends

export function envelope(result: unknown, code: unknown = 200): Told {
  return { body: JSON.stringify({ response: { code, status: '-', message: '-' }, result }) };
}

/** A deposit of 22.96 EUR as the read has it. A raw text stands for a number that JSON.stringify would round. */
export function depositOf(status: string, more: Readonly<Record<string, unknown>> = {}): Told {
  return envelope({
    deposit: {
      merchant_order_id: key.bridgerpay,
      transaction_id: 'tx-1',
      psp_order_id: 'group-1',
      amount: '22.96',
      currency: 'EUR',
      status,
      ...more,
    },
  });
}

/** A notification of BridgerPay about the deposit. */
export function notification(type: string, charge: object = {}, attributes: object = {}): object {
  return {
    webhook: { type },
    data: {
      order_id: key.bridgerpay,
      charge: {
        id: 'tx-1',
        psp_order_id: 'group-1',
        operation_type: 'deposit',
        attributes: { amount: 22.96, currency: 'EUR', created_at: '2026-01-05 09:00:00', ...attributes },
        ...charge,
      },
    },
  };
}

// What Briqpay sends

/** A session of 300.00 SEK; `word` is the order status. */
export function sessionOf(
  word: string | undefined,
  data: Readonly<Record<string, unknown>> = {},
  more: object = {},
): Told {
  return {
    body: JSON.stringify({
      sessionId: key.briqpay,
      status: 'completed',
      references: { reference1: terms.reference },
      ...(word !== undefined && { moduleStatus: { payment: { orderStatus: word } } }),
      data: { order: { currency: 'SEK', amountIncVat: 30_000 }, transactions: [paid()], ...data },
      ...more,
    }),
  };
}

const sumOf = (amountIncVat: unknown) => ({ currency: 'SEK', amountIncVat });

export const paid = (status = 'approved', more: object = {}) => ({
  transactionId: 'a',
  status,
  ...sumOf(30_000),
  ...more,
});
export const captured = (
  captureId: unknown,
  status = 'approved',
  amount: unknown = 30_000,
  more: object = {},
) => ({
  captureId,
  status,
  ...sumOf(amount),
  ...more,
});
export const refunded = (refundId: unknown, status = 'approved', amount: unknown = 30_000) => ({
  refundId,
  status,
  ...sumOf(amount),
});

// An order that is told it

/** What happens at one time: what reads say from then on, and what brings the read: a hook, else somebody who asks. */
export interface Turn {
  readonly at: number;
  readonly says?: Answer;
  readonly hook?: object;
  readonly hooks?: readonly object[];
  readonly command?: Command;
  /** Nothing brings a read. */
  readonly isQuiet?: true;
}

const providers = { briqpay, bridgerpay };

const eur = (amount: number) => ({ expected: { amount, currency: 'EUR' } });

/** Plays a registered order of the provider. */
export function tell(
  provider: 'briqpay' | 'bridgerpay',
  turns: readonly Turn[],
  more: Partial<Script> & { readonly until: number },
): Played {
  const { hooks } = providers[provider];
  return play({
    identity: provider === 'briqpay' ? deposit : bridgerpayDeposit,
    terms: provider === 'briqpay' ? terms : eur(2_296),
    world: turns.flatMap(({ at, says }) => (says === undefined ? [] : [[at, says] as const])),
    hints: turns.flatMap(({ at, hook, hooks: all = hook ? [hook] : [] }) =>
      all.map((fields) => [at, hintFrom(hooks, fields)] as const),
    ),
    commands: turns.flatMap(({ at, hook, hooks: all, command, isQuiet }) => {
      const asks: Command = { type: 'recheck', by: 'shop' };
      return hook || all || isQuiet ? [] : [[at, command ?? asks] as const];
    }),
    ...more,
  });
}

/** A hook as the provider's parser understands it. Throws where it is refused. */
export function hintFrom(hooks: ProviderHooks, fields: object): Hint {
  const parsed = hooks.parseHook({ fields });
  if (!parsed.ok) throw new Error(parsed.detail);
  return { id: JSON.stringify(parsed.hint), ...parsed.hint };
}

/** The escalations that merchants heard of, with their times from the beginning. */
export const escalationsOf = ({ events }: Played) =>
  events.filter(({ type }) => type.startsWith('escalation')).map(({ type, at }) => [type, at - t0] as const);

/** The reasons that hold and wait for a person, with what each is about. */
export const reasonsOf = ({ state }: Played) =>
  state.heldReasons
    .filter(({ resolved, since }) => !resolved && since <= Math.max(state.lastReadAt, state.updatedAt))
    .map(({ code, subject }) => (subject === '' ? code : `${code} ${subject}`));
