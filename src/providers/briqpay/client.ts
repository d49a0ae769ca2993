import { dialectOf, fetchJson } from '../http.ts';
import type { ProviderClient, ReadAttempt, ReadTarget } from '../provider.ts';
import { readingOf } from './reading.ts';
import { sessionSchema } from './schemas.ts';

/** One Briqpay account. `baseUrl` is the host without the version; credentials belong to one environment. */
export interface BriqpayAccount {
  readonly baseUrl: string;
  readonly username: string;
  readonly secret: string;
}

// Excludes the snippet, the client token and most personal data.
const fields = 'sessionId,status,references,moduleStatus,data,captures,refunds';
const deadlineMs = 8_000;

const dialect = dialectOf('sessionId');

/** The client of Briqpay's API, version 3, for one account. `now` is epoch milliseconds. */
export function briqpayClient(account: BriqpayAccount, now: () => number): ProviderClient {
  const authorization = `Basic ${Buffer.from(`${account.username}:${account.secret}`).toString('base64')}`;
  return { read: (target, signal) => readSession(account, authorization, target, now, signal) };
}

/** `GET /v3/session/{id}`. Checks that the answer is about the requested session. */
async function readSession(
  { baseUrl }: BriqpayAccount,
  authorization: string,
  { key }: ReadTarget,
  now: () => number,
  signal: AbortSignal,
): Promise<ReadAttempt> {
  const url = new URL(`/v3/session/${encodeURIComponent(key)}`, baseUrl);
  url.searchParams.set('fields', fields);
  const answer = await fetchJson({
    url,
    headers: { authorization },
    schema: sessionSchema,
    dialect,
    deadlineMs,
    signal,
  });
  if (!answer.ok) return answer;
  if (answer.value.sessionId !== key) {
    return {
      ok: false,
      failure: 'foreign_session',
      detail: 'the answer is about another session',
      isTransient: false,
    };
  }
  return { ok: true, reading: readingOf(answer.value, now()) };
}
