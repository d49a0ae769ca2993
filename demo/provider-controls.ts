/** The controls of a sandbox: they make shopper and provider act, in the terms of one provider. */
export interface ProviderControls {
  /** The account of the service that this provider's payments belong to. */
  readonly account: string;
  /** The API's name for the provider's key at registration. */
  readonly keyName: 'sessionId' | 'orderId';
  /** Opens a payment of this amount (minor units) and answers its key. */
  open(reference: string, amount: number, settings: Record<string, unknown>): Promise<string>;
  /** Performs an action of the shopper, of the payment method, or of a person at the provider's dashboard. */
  act(key: string, action: string, more?: Record<string, unknown>): Promise<void>;
  /** Sends a forged hook: one that no change of the payment caused. */
  forge(key: string, hook: Record<string, unknown>): Promise<void>;
}

export const currencies = { briqpay: 'SEK', bridgerpay: 'EUR' } as const;

/** The controls of Briqpay. Every session names the URL of its hooks. */
export function briqpayControls(sandboxUrl: string, account: string, hookUrl: string): ProviderControls {
  const sessions = `${sandboxUrl}/sandbox/briqpay/sessions`;
  return {
    account,
    keyName: 'sessionId',
    async open(reference, amount, settings) {
      const body = { hookUrl, reference, amount, currency: currencies.briqpay, ...settings };
      return ((await sendJson('POST', sessions, body)) as { sessionId: string }).sessionId;
    },
    act: async (key, action, more = {}) =>
      void (await sendJson('POST', `${sessions}/${key}/actions`, { action, ...more })),
    forge: async (key, hook) => void (await sendJson('POST', `${sessions}/${key}/hooks`, hook)),
  };
}

/** The controls of BridgerPay. The URL of its hooks is set once, as in its dashboard. */
export async function bridgerpayControls(
  sandboxUrl: string,
  account: string,
  hookUrl: string,
): Promise<ProviderControls> {
  const base = `${sandboxUrl}/sandbox/bridgerpay`;
  await sendJson('PUT', `${base}/hook-url`, { url: hookUrl });
  const one = (key: string) => `${base}/orders/${encodeURIComponent(key)}`;
  return {
    account,
    keyName: 'orderId',
    async open(reference, amount, settings) {
      const body = { orderId: reference, amount, currency: currencies.bridgerpay, ...settings };
      return ((await sendJson('POST', `${base}/orders`, body)) as { orderId: string }).orderId;
    },
    act: async (key, action, more = {}) =>
      void (await sendJson('POST', `${one(key)}/actions`, { action, ...more })),
    forge: async (key, hook) => void (await sendJson('POST', `${one(key)}/hooks`, hook)),
  };
}

/** Sends JSON and answers the parsed JSON. Throws for a status that is not a success. */
export async function sendJson(
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
