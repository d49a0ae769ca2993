import type { Order } from '../src/domain/order/view.ts';
import { sendJson, type ProviderControls } from './provider-controls.ts';

/** A merchant's backend: it opens payments at the provider, and registers and reads orders by the API. */
export interface Shop extends Omit<ProviderControls, 'open' | 'account' | 'keyName'> {
  /** Opens a payment at the provider and registers the order. Answers the provider's key of the payment. */
  open(
    reference: string,
    amount: number,
    currency: string,
    settings?: Record<string, unknown>,
  ): Promise<string>;
  order(key: string): Promise<Order | undefined>;
  /** Waits by the API's long poll, two seconds at most, until the order's sequence is above `after`. */
  waitForChange(key: string, after: number): Promise<Order | undefined>;
  /** Waits until the order has this status. Throws after `timeoutMs`. */
  waitForStatus(key: string, status: Order['status']): Promise<Order>;
  /** Waits until the order is so, also where its status stays. Throws after `timeoutMs`. */
  waitUntil(key: string, isSo: (order: Order) => boolean): Promise<Order>;
}

export interface ShopOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly controls: ProviderControls;
  /** How long `waitForStatus` waits, milliseconds. */
  readonly timeoutMs: number;
}

/** Creates the shop of one account. */
export function createShop({ apiUrl, apiKey, controls, timeoutMs }: ShopOptions): Shop {
  const authorization = `Bearer ${apiKey}`;
  const orderUrl = (key: string) =>
    `${apiUrl}/v1/orders/${encodeURIComponent(`${controls.account}:${encodeURIComponent(key)}`)}`;

  async function order(key: string, query = ''): Promise<Order | undefined> {
    const response = await fetch(`${orderUrl(key)}${query}`, { headers: { authorization } });
    if (response.status === 404 || response.status === 304) return undefined;
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    return (await response.json()) as Order;
  }

  const waitForChange = (key: string, after: number) => order(key, `?after=${after}&wait=2s`);

  async function waitUntil(key: string, isSo: (order: Order) => boolean): Promise<Order> {
    const deadline = Date.now() + timeoutMs;
    let current = await order(key);
    while (!current || !isSo(current)) {
      if (Date.now() > deadline) throw new Error(`it is still ${current?.status ?? 'unknown'}`);
      current = (await waitForChange(key, current?.sequence ?? 0)) ?? (await order(key));
    }
    return current;
  }

  return {
    async open(reference, amount, currency, settings = {}) {
      const key = await controls.open(reference, amount, settings);
      const registration = { reference, expected: { amount, currency } };
      await sendJson(
        'POST',
        `${apiUrl}/v1/orders`,
        { account: controls.account, [controls.keyName]: key, ...registration },
        { authorization },
      );
      return key;
    },
    act: (key, action, more) => controls.act(key, action, more),
    forge: (key, hook) => controls.forge(key, hook),
    order: (key) => order(key),
    waitForChange,
    waitUntil,
    waitForStatus: (key, status) => waitUntil(key, (order) => order.status === status),
  };
}
