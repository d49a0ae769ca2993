import type { Hook } from '../load/hooks.ts';

/** The variants that have an API. */
export const variantNames = ['product', 'textbook', 'minimal'] as const;

export type VariantName = (typeof variantNames)[number];

/** One request, ready to be sent. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How a client talks to a variant: all have the same three calls, and answer a read with a `status` of one vocabulary. */
export interface Routes {
  register(session: string): Call;
  hook(session: string, hook: Hook): Call;
  read(session: string): Call;
}

export const apiKey = 'bench-key';
export const hookToken = 'bench-token';
export const account = 'bench';

const json = { 'content-type': 'application/json' };
const key = { authorization: `Bearer ${apiKey}` };
const expected = { amount: 30_000, currency: 'SEK' };

/** The product's, for any of its accounts. */
function productRoutes(accountId: string = account): Routes {
  return {
    register: (sessionId) => ({
      method: 'POST',
      path: '/v1/orders',
      headers: { ...json, ...key },
      body: JSON.stringify({ account: accountId, sessionId, reference: '1000123', expected }),
    }),
    hook: (sessionId, hook) => ({
      method: 'POST',
      path: `/hooks/${accountId}/${hookToken}`,
      headers: json,
      body: JSON.stringify({ ...hook, sessionId }),
    }),
    read: (sessionId) => ({
      method: 'GET',
      path: `/v1/orders/${accountId}:${sessionId}`,
      headers: key,
    }),
  };
}

/** Those of the variants that are written for the bench. */
const plainRoutes: Routes = {
  register: (sessionId) => ({
    method: 'POST',
    path: '/orders',
    headers: { ...json, ...key },
    body: JSON.stringify({ sessionId, reference: '1000123', expected }),
  }),
  hook: (sessionId, hook) => ({
    method: 'POST',
    path: `/hooks/${hookToken}`,
    headers: json,
    body: JSON.stringify({ ...hook, sessionId }),
  }),
  read: (sessionId) => ({ method: 'GET', path: `/orders/${sessionId}`, headers: key }),
};

/** The routes of a variant; `query-front` is the front that reads the product's orders by Query. */
export function routesOf(name: VariantName | 'query-front', accountId?: string): Routes {
  return name === 'product' ? productRoutes(accountId) : plainRoutes;
}
