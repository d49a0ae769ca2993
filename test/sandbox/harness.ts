import { defaultBriqpay } from '../../sandbox/app.ts';
import { type ListenOptions, startSandbox } from '../../sandbox/start.ts';
import { patienceMs } from '../support/until.ts';
import { openReceiver } from './receiver.ts';

/** Wire bodies are data of another party: tests look into them freely. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;

export const basic = (username: string, secret: string) =>
  `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;

const authorization = basic(defaultBriqpay.username, defaultBriqpay.secret);

/** A sandbox and a shop's receiver, both over real HTTP. */
export async function openHarness(options: ListenOptions = {}) {
  const receiver = await openReceiver();
  // A hook that a busy machine delivers late is not given up.
  const sandbox = await startSandbox({ retryMs: [5, 5], hookTimeoutMs: patienceMs, ...options });

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization },
  ) {
    const init: RequestInit = { method, headers, redirect: 'manual' };
    if (body !== undefined) {
      init.headers = { ...headers, 'content-type': 'application/json' };
      init.body = typeof body === 'string' ? body : JSON.stringify(body);
    }
    return answered(await fetch(`${sandbox.url}${path}`, init));
  }

  /** The provider's API, as a merchant calls it. */
  const api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    call(method, `/v3${path}`, body, headers);

  /** The controls of the sandbox. */
  const control = (method: string, path: string, body?: unknown) =>
    call(method, `/sandbox/briqpay${path}`, body, {});

  return {
    receiver,
    url: sandbox.url,
    call,
    api,
    control,
    /** A new session of 300.00 SEK, three mugs, whose hooks go to the receiver. */
    async session(given: object = {}): Promise<string> {
      const terms = { quantity: 3, hookUrl: receiver.url, reference: '1000123', ...given };
      return (await control('POST', '/sessions', terms)).body.sessionId;
    },
    /** Performs the actions one after another; answers the last. */
    async act(id: string, ...actions: (string | object)[]): Promise<Answered> {
      const steps = actions.map((action) => (typeof action === 'string' ? { action } : action));
      let last: Answered | undefined;
      for (const step of steps) last = await control('POST', `/sessions/${id}/actions`, step);
      if (last === undefined) throw new Error('no action');
      return last;
    },
    read: (id: string, query = '') => api('GET', `/session/${id}${query}`),
    ledger: async (id?: string) => (await control('GET', `/ledger${id ? `?sessionId=${id}` : ''}`)).body,
    async close() {
      await sandbox.stop();
      await receiver.close();
    },
  };
}

/** A harness of its own for one test, closed also where the test fails. */
export async function withBench(
  options: ListenOptions,
  test: (harness: Harness) => Promise<void>,
): Promise<void> {
  const harness = await openHarness(options);
  try {
    await test(harness);
  } finally {
    await harness.close();
  }
}

/** So many mugs of 100.00 SEK, as a command names them. */
export function mugs(quantity: number, changes: object = {}) {
  const [incVat, exVat] = [10_000 * quantity, 8_000 * quantity];
  const line = {
    productType: 'physical',
    reference: 'SKU-1',
    name: 'Mug',
    quantity,
    quantityUnit: 'pc',
    unitPrice: 8_000,
    unitPriceIncVat: 10_000,
    taxRate: 2_500,
    totalAmount: incVat,
    totalVatAmount: incVat - exVat,
    ...changes,
  };
  return { data: { order: { currency: 'SEK', amountIncVat: incVat, amountExVat: exVat, cart: [line] } } };
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
