import { defaultBridgerpay } from '../../../sandbox/app.ts';
import type { ListenOptions } from '../../../sandbox/start.ts';
import { type Answered, type Json, openHarness } from '../harness.ts';
import type { Received } from '../receiver.ts';

export type { Answered, Json } from '../harness.ts';

export type BridgerpayHarness = Awaited<ReturnType<typeof openBridgerpay>>;

/** A sandbox, logged in to its BridgerPay, whose notifications go to a shop's receiver; all over real HTTP. */
export async function openBridgerpay(options: ListenOptions = {}) {
  const { apiKey, username, password } = options.bridgerpay ?? defaultBridgerpay;
  const harness = await openHarness(options);
  const { receiver } = harness;
  let token = '';

  const control = (method: string, path: string, body?: unknown) =>
    harness.call(method, `/sandbox/bridgerpay${path}`, body, {});

  /** The provider's API, as a merchant calls it; `bearer` in place of the token that all share. */
  const api = (method: string, path: string, body?: unknown, bearer = token): Promise<Answered> =>
    harness.call(method, `/v2${path}`, body, bearer === '' ? {} : { authorization: `Bearer ${bearer}` });

  const logIn = async (given: object = { user_name: username, password }) =>
    api('POST', '/auth/login', given, '');

  const renew = async (): Promise<string> => {
    token = (await logIn()).body.result.access_token.token;
    return token;
  };
  await control('PUT', '/hook-url', { url: receiver.url });
  await renew();

  const orderPath = (id: string) => `/orders/${encodeURIComponent(id)}`;

  return {
    ...harness,
    control,
    api,
    logIn,
    renew,
    orderPath,
    /** A new order of 22.96 EUR; answers its id. */
    async order(given: object = {}): Promise<string> {
      return (await control('POST', '/orders', given)).body.orderId;
    },
    /** Performs the actions one after another; answers the last. */
    async act(id: string, ...actions: (string | object)[]): Promise<Answered> {
      const steps = actions.map((action) => (typeof action === 'string' ? { action } : action));
      let last: Answered | undefined;
      for (const step of steps) last = await control('POST', `${orderPath(id)}/actions`, step);
      if (last === undefined) throw new Error('no action');
      return last;
    },
    deposit: (id: string) => api('GET', `/merchant/${apiKey}/deposits/${encodeURIComponent(id)}`),
    payouts: (id: string) => api('GET', `/${apiKey}/payouts?merchantOrderId=${encodeURIComponent(id)}`),
    payout: (id: string) => api('GET', `/${apiKey}/payouts/${id}`),
    refund: (id: string, amount?: string) =>
      api('POST', `/${apiKey}/transactions/${id}/refund${amount === undefined ? '' : `/${amount}`}`),
    forge: (id: string, hook: object) => control('POST', `${orderPath(id)}/hooks`, hook),
    ledger: async (id?: string, more = ''): Promise<Json> =>
      (await control('GET', `/ledger?${id === undefined ? '' : `orderId=${encodeURIComponent(id)}`}${more}`))
        .body,
    /** The bodies of the first `count` notifications, when they have arrived. */
    async told(count: number): Promise<Json[]> {
      return (await receiver.until(count)).map(({ fields }) => fields);
    },
    types: () => receiver.received.map(typeOf),
    /** The ledger is asked until nothing is on its way. */
    async settled(id: string): Promise<void> {
      const pending = async () => (await control('GET', `/ledger?orderId=${encodeURIComponent(id)}`)).body;
      while ((await pending()).pendingHooks > 0);
    },
  };
}

function typeOf({ fields }: Received): string {
  return (fields['webhook'] as { type: string }).type;
}

/** A harness of its own for one test, closed also where the test fails. */
export async function withBridgerpay(
  options: ListenOptions,
  test: (harness: BridgerpayHarness) => Promise<void>,
): Promise<void> {
  const harness = await openBridgerpay(options);
  try {
    await test(harness);
  } finally {
    await harness.close();
  }
}
