import type { Order } from '../domain/view.ts';

/** A shop that plays with the sandbox and the API over HTTP, as a merchant's backend would. */
export interface Shop {
  /** Asks the sandbox for a session whose hooks come to us; answers its id. */
  openSession(settings?: Record<string, unknown>): Promise<string>;
  /** Plays the shopper, the payment method, or somebody at the provider's dashboard. */
  act(sessionId: string, action: string, more?: Record<string, unknown>): Promise<void>;
  /** Sends a hook that nothing called for. */
  forge(sessionId: string, hook: Record<string, unknown>): Promise<void>;
  register(sessionId: string, reference: string, amount: number): Promise<void>;
  order(sessionId: string): Promise<Order | undefined>;
  /** Waits until the order's sequence has passed `after`, a few seconds at most: by the API's own wait, without polling. */
  change(sessionId: string, after: number): Promise<Order | undefined>;
  /** Waits for a status. */
  until(sessionId: string, status: Order['status']): Promise<Order>;
}

export interface ShopOptions {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly account: string;
  readonly hookToken: string;
  readonly key: string;
  /** When to give up waiting, milliseconds. */
  readonly patienceMs: number;
}

/** The shop of one Briqpay account. */
export function createShop({ apiUrl, sandboxUrl, account, hookToken, key, patienceMs }: ShopOptions): Shop {
  const hookUrl = `${apiUrl}/hooks/${account}/${hookToken}`;
  const sessions = `${sandboxUrl}/sandbox/briqpay/sessions`;
  const orderUrl = (sessionId: string) =>
    `${apiUrl}/v1/orders/${encodeURIComponent(`${account}:${sessionId}`)}`;
  const authorization = `Bearer ${key}`;

  async function read(sessionId: string, query = ''): Promise<Order | undefined> {
    const response = await fetch(`${orderUrl(sessionId)}${query}`, { headers: { authorization } });
    if (response.status === 404 || response.status === 304) return undefined;
    return (await checked(response).json()) as Order;
  }

  function change(sessionId: string, after: number): Promise<Order | undefined> {
    return read(sessionId, `?after=${after}&wait=2s`);
  }

  return {
    async openSession(settings = {}) {
      const session = (await post(sessions, { hookUrl, ...settings })) as { sessionId: string };
      return session.sessionId;
    },
    async act(sessionId, action, more = {}) {
      await post(`${sessions}/${sessionId}/actions`, { action, ...more });
    },
    async forge(sessionId, hook) {
      await post(`${sessions}/${sessionId}/hooks`, hook);
    },
    async register(sessionId, reference, amount) {
      const body = { account, sessionId, reference, expected: { amount, currency: 'SEK' } };
      await post(`${apiUrl}/v1/orders`, body, { authorization });
    },
    order: read,
    change,
    async until(sessionId, status) {
      const deadline = Date.now() + patienceMs;
      let order = await read(sessionId);
      while (order?.status !== status) {
        if (Date.now() > deadline) throw new Error(`still ${order?.status ?? 'unknown'}, not ${status}`);
        order = (await change(sessionId, order?.sequence ?? 0)) ?? order;
      }
      return order;
    },
  };
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return checked(response)
    .text()
    .then((text) => (text === '' ? undefined : JSON.parse(text)));
}

function checked(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return response;
}
