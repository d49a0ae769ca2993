import type { z } from 'zod';
import {
  fetchJson,
  isErrorBody,
  statusMeaning,
  unavailable,
  type Dialect,
  type Failed,
  type JsonAnswer,
} from '../http.ts';
import { envelopeCode, loginSchema, type Envelope } from './schemas.ts';
import { fieldOf, isFields } from '../wire.ts';

/** One BridgerPay account. `baseUrl` is the host without the version; sandbox and production share nothing. */
export interface BridgerpayAccount {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly apiKey: string;
}

/** A path below the host, part by part; each part is encoded. */
type Path = readonly string[];

/** The account's way into the API: it logs in where there is no token, and once more where the token is refused. */
export interface Session {
  readonly apiKey: string;
  /** The result of an envelope with code 200; undefined where it has none. */
  get<T>(
    path: Path,
    schema: z.ZodType<Envelope<T>>,
    signal: AbortSignal,
    query?: Readonly<Record<string, string>>,
  ): Promise<{ readonly ok: true; readonly value: T | undefined } | Failed>;
}

// Five times this is within the fifteen seconds of an attempt: a login and a read, both again where the token was
// revoked, and the reads of further attempts, which go out together.
const deadlineMs = 2_900;
// A token is renewed so long before it expires.
const marginMs = 60_000;

const isEnvelope = (answer: unknown) => isFields(answer) && isFields(fieldOf(answer, 'response'));

const dialect: Dialect = {
  isOwn: isEnvelope,
  errorStatus(body, status) {
    if (!isEnvelope(body)) return isErrorBody(body) ? status : undefined;
    const code = envelopeCode(body) ?? 0;
    return code >= 400 ? code : undefined;
  },
};

/** A session of one account. `now` is epoch milliseconds. */
export function createSession(
  { baseUrl, username, password, apiKey }: BridgerpayAccount,
  now: () => number,
): Session {
  let current: { readonly token: string; readonly until: number } | undefined;
  let loggingIn: Promise<{ ok: true; token: string } | Failed> | undefined;

  async function logIn(): Promise<{ ok: true; token: string } | Failed> {
    const answer = opened(
      await fetchJson({
        url: urlOf(baseUrl, ['v2', 'auth', 'login']),
        headers: {},
        body: { user_name: username, password },
        schema: loginSchema,
        dialect,
        deadlineMs,
        // Not the caller's signal, since other reads may wait for the same login.
        signal: new AbortController().signal,
      }),
    );
    // A login that is not there says nothing about a payment.
    if (!answer.ok)
      return answer.failure === 'unknown_session' ? unavailable(`login: ${answer.detail}`) : answer;
    const granted = answer.value?.access_token;
    if (!granted) return unavailable('login: code 200 without a token');
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
        const url = urlOf(baseUrl, path, query);
        const answer = opened(await fetchJson({ url, headers, schema, dialect, deadlineMs, signal }));
        // The token may have been revoked. If a new one is refused too, the credentials are wrong.
        if (answer.ok || answer.failure !== 'credentials' || isSecond) return answer;
        if (current?.token === granted.token) current = undefined;
      }
    },
  };
}

/** The result of an envelope. The code in it means the same as an HTTP status, with and without a result. */
function opened<T>(
  answer: JsonAnswer<Envelope<T>>,
): { readonly ok: true; readonly value: T | undefined } | Failed {
  if (!answer.ok) return answer;
  const { code, result } = answer.value;
  if (code === 200) return { ok: true, value: result };
  // Neither a success nor an error: nobody has said anything about the payment.
  if (code < 400) return unavailable(`HTTP 200, code ${code}`);
  return { ok: false, ...statusMeaning(code), detail: `HTTP 200, code ${code}` };
}

function urlOf(baseUrl: string, path: Path, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`/${path.map(encodeURIComponent).join('/')}`, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
