import type { Order } from '../src/domain/order/view.ts';
import { send, type Desk } from './desks.ts';

/** A shop that plays with a sandbox and the API over HTTP, as a merchant's backend would. */
export interface Shop extends Omit<Desk, 'open' | 'account' | 'keyName'> {
  /** Opens a payment at the provider and registers the order; answers the provider's key. */
  open(
    reference: string,
    amount: number,
    currency: string,
    settings?: Record<string, unknown>,
  ): Promise<string>;
  order(key: string): Promise<Order | undefined>;
  /** Waits until the order's sequence has passed `after`, two seconds at most: by the API's own wait, without polling. */
  change(key: string, after: number): Promise<Order | undefined>;
  /** Waits for a status. */
  until(key: string, status: Order['status']): Promise<Order>;
}

export interface ShopOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly desk: Desk;
  /** When to give up waiting, milliseconds. */
  readonly patienceMs: number;
}

/** The shop of one account. */
export function createShop({ apiUrl, apiKey, desk, patienceMs }: ShopOptions): Shop {
  const authorization = `Bearer ${apiKey}`;
  const orderUrl = (key: string) =>
    `${apiUrl}/v1/orders/${encodeURIComponent(`${desk.account}:${encodeURIComponent(key)}`)}`;

  async function order(key: string, query = ''): Promise<Order | undefined> {
    const response = await fetch(`${orderUrl(key)}${query}`, { headers: { authorization } });
    if (response.status === 404 || response.status === 304) return undefined;
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    return (await response.json()) as Order;
  }

  const change = (key: string, after: number) => order(key, `?after=${after}&wait=2s`);

  return {
    async open(reference, amount, currency, settings = {}) {
      const key = await desk.open(reference, amount, settings);
      const terms = { reference, expected: { amount, currency } };
      await send(
        'POST',
        `${apiUrl}/v1/orders`,
        { account: desk.account, [desk.keyName]: key, ...terms },
        { authorization },
      );
      return key;
    },
    act: (key, action, more) => desk.act(key, action, more),
    forge: (key, hook) => desk.forge(key, hook),
    order: (key) => order(key),
    change,
    async until(key, status) {
      const deadline = Date.now() + patienceMs;
      let now = await order(key);
      while (now?.status !== status) {
        if (Date.now() > deadline) throw new Error(`still ${now?.status ?? 'unknown'}, not ${status}`);
        now = (await change(key, now?.sequence ?? 0)) ?? now;
      }
      return now;
    },
  };
}
