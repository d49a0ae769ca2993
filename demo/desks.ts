/** Where a sandbox is told what shopper and provider do, in the words of one provider. */
export interface Desk {
  /** The account of the service that this provider's payments belong to. */
  readonly account: string;
  /** What the API calls the provider's key at registration. */
  readonly keyName: 'sessionId' | 'orderId';
  /** Opens a payment of this amount, in minor units, and answers its key. */
  open(reference: string, amount: number, settings: Record<string, unknown>): Promise<string>;
  /** Plays the shopper, the payment method, or somebody at the provider's dashboard. */
  act(key: string, action: string, more?: Record<string, unknown>): Promise<void>;
  /** Sends a hook that nothing called for. */
  forge(key: string, hook: Record<string, unknown>): Promise<void>;
}

export const currencies = { briqpay: 'SEK', bridgerpay: 'EUR' } as const;

/** Briqpay's part of the sandbox; every session names where its hooks go. */
export function briqpayDesk(sandboxUrl: string, account: string, hookUrl: string): Desk {
  const sessions = `${sandboxUrl}/sandbox/briqpay/sessions`;
  return {
    account,
    keyName: 'sessionId',
    async open(reference, amount, settings) {
      const body = { hookUrl, reference, amount, currency: currencies.briqpay, ...settings };
      return ((await send('POST', sessions, body)) as { sessionId: string }).sessionId;
    },
    act: async (key, action, more = {}) =>
      void (await send('POST', `${sessions}/${key}/actions`, { action, ...more })),
    forge: async (key, hook) => void (await send('POST', `${sessions}/${key}/hooks`, hook)),
  };
}

/** BridgerPay's part of the sandbox; where its hooks go is set once, as in its dashboard. */
export async function bridgerpayDesk(sandboxUrl: string, account: string, hookUrl: string): Promise<Desk> {
  const base = `${sandboxUrl}/sandbox/bridgerpay`;
  await send('PUT', `${base}/hook-url`, { url: hookUrl });
  const one = (key: string) => `${base}/orders/${encodeURIComponent(key)}`;
  return {
    account,
    keyName: 'orderId',
    async open(reference, amount, settings) {
      const body = { orderId: reference, amount, currency: currencies.bridgerpay, ...settings };
      return ((await send('POST', `${base}/orders`, body)) as { orderId: string }).orderId;
    },
    act: async (key, action, more = {}) =>
      void (await send('POST', `${one(key)}/actions`, { action, ...more })),
    forge: async (key, hook) => void (await send('POST', `${one(key)}/hooks`, hook)),
  };
}

/** Sends JSON and takes JSON; an answer that is no success is an error. */
export async function send(
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 200)}`);
  return text === '' ? undefined : JSON.parse(text);
}
