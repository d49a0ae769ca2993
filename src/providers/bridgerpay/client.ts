import type { z } from 'zod';
import { fetchJson, statusMeaning, type JsonAnswer } from '../http.ts';
import type { ProviderClient, ReadAttempt, ReadTarget } from '../provider.ts';
import { absent, depositReading, payoutReading } from './reading.ts';
import { depositSchema, loginSchema, payoutListSchema, payoutSchema, type Payout } from './schemas.ts';

/** One BridgerPay account. `baseUrl` is the host without the version; sandbox and production share nothing. */
export interface BridgerpayAccount {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly apiKey: string;
}

type Failed = ReadAttempt & { ok: false };
type Enveloped<T> = { readonly response: { readonly code: number }; readonly result?: T | null | undefined };

// A read may take three requests within the fifteen seconds of an attempt.
const deadlineMs = 3_000;
// A token is renewed so long before it expires.
const marginMs = 60_000;

/** The client of BridgerPay's API, version 2, for one account. `now` is epoch milliseconds. */
export function bridgerpayClient(account: BridgerpayAccount, now: () => number): ProviderClient {
  const session = createSession(account, now);
  return {
    read: ({ kind, key }: ReadTarget, signal) =>
      kind === 'payout' ? readPayout(session, key, signal) : readDeposit(session, key, signal),
  };
}

/** `GET /v2/merchant/{api_key}/deposits/{order_id}`: one deposit per order, even after several attempts. */
async function readDeposit(session: Session, key: string, signal: AbortSignal): Promise<ReadAttempt> {
  const answer = await session.get(['merchant', session.apiKey, 'deposits', key], depositSchema, signal);
  if (!answer.ok) return answer.failure === 'unknown_session' ? { ok: true, reading: absent } : answer;
  const deposit = answer.value?.deposit;
  if (!deposit) return { ok: true, reading: absent };
  return deposit.merchant_order_id === key ? { ok: true, reading: depositReading(deposit) } : foreign();
}

/** The payouts of an order by `GET /v2/{api_key}/payouts?merchantOrderId=`, then each by its id. */
async function readPayout(session: Session, key: string, signal: AbortSignal): Promise<ReadAttempt> {
  const list = await session.get([session.apiKey, 'payouts'], payoutListSchema, signal, {
    merchantOrderId: key,
  });
  if (!list.ok) return list.failure === 'unknown_session' ? { ok: true, reading: absent } : list;
  const payouts: Payout[] = [];
  for (const listed of list.value ?? []) {
    if (listed.merchant_order_id !== key) return foreign();
    const one =
      listed.id === undefined
        ? undefined
        : await session.get([session.apiKey, 'payouts', listed.id], payoutSchema, signal);
    if (one && !one.ok) return one;
    payouts.push({ ...listed, ...one?.value });
  }
  return { ok: true, reading: payouts.length > 0 ? payoutReading(payouts) : absent };
}

interface Session {
  readonly apiKey: string;
  /** The content of the envelope. Logs in where there is no token, and once more where the token is refused. */
  get<T>(
    path: readonly string[],
    schema: z.ZodType<Enveloped<T>>,
    signal: AbortSignal,
    query?: Readonly<Record<string, string>>,
  ): Promise<{ readonly ok: true; readonly value: T | undefined } | Failed>;
}

function createSession(
  { baseUrl, username, password, apiKey }: BridgerpayAccount,
  now: () => number,
): Session {
  let current: { readonly token: string; readonly until: number } | undefined;
  let loggingIn: Promise<{ ok: true; token: string } | Failed> | undefined;

  async function logIn(): Promise<{ ok: true; token: string } | Failed> {
    const answer = opened(
      await fetchJson({
        url: urlOf(baseUrl, ['auth', 'login']),
        headers: {},
        body: { user_name: username, password },
        schema: loginSchema,
        deadlineMs,
        // Not the caller's signal, since other reads may wait for the same login.
        signal: new AbortController().signal,
      }),
    );
    if (!answer.ok) return answer;
    const granted = answer.value?.access_token;
    if (!granted)
      return { ok: false, failure: 'credentials', detail: 'login without a token', isTransient: false };
    current = { token: granted.token, until: now() + granted.expires_in * 1_000 - marginMs };
    return { ok: true, token: granted.token };
  }

  function token(): Promise<{ ok: true; token: string } | Failed> {
    if (current && now() < current.until) return Promise.resolve({ ok: true, token: current.token });
    loggingIn ??= logIn().finally(() => (loggingIn = undefined));
    return loggingIn;
  }

  return {
    apiKey,
    async get(path, schema, signal, query = {}) {
      for (let isSecond = false; ; isSecond = true) {
        const granted = await token();
        if (!granted.ok) return granted;
        const headers = { authorization: `Bearer ${granted.token}` };
        const answer = opened(
          await fetchJson({ url: urlOf(baseUrl, path, query), headers, schema, deadlineMs, signal }),
        );
        // The token may have been revoked. If a new one is refused too, the credentials are wrong.
        if (answer.ok || answer.failure !== 'credentials' || isSecond) return answer;
        if (current?.token === granted.token) current = undefined;
      }
    },
  };
}

/** The content of an envelope. The code in it means the same as an HTTP status. */
function opened<T>(
  answer: JsonAnswer<Enveloped<T>>,
): { readonly ok: true; readonly value: T | undefined } | Failed {
  if (!answer.ok) return answer;
  const { response, result } = answer.value;
  if (response.code === 200) return { ok: true, value: result ?? undefined };
  return { ok: false, ...statusMeaning(response.code), detail: `code ${response.code}` };
}

function urlOf(baseUrl: string, path: readonly string[], query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`/v2/${path.map(encodeURIComponent).join('/')}`, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function foreign(): ReadAttempt {
  return {
    ok: false,
    failure: 'foreign_session',
    detail: 'the answer is about another order',
    isTransient: false,
  };
}
