import { fetchJson } from '../http.ts';
import type { ProviderClient, ReadAttempt, ReadTarget } from '../provider.ts';
import { readingOf } from './reading.ts';
import { sessionSchema } from './schemas.ts';

/** One Briqpay account. `baseUrl` is the host without the version; credentials belong to one environment. */
export interface BriqpayAccount {
  readonly baseUrl: string;
  readonly username: string;
  readonly secret: string;
}

// Leaves out the snippet and the client token, and as much personal data as the provider lets us.
const fields = 'sessionId,status,references,moduleStatus,data,captures,refunds';
const deadlineMs = 8_000;

/** Talks to Briqpay's API, version 3, for one account. */
export function briqpayClient(account: BriqpayAccount): ProviderClient {
  const authorization = `Basic ${Buffer.from(`${account.username}:${account.secret}`).toString('base64')}`;
  return { read: (target, signal) => readSession(account, authorization, target, signal) };
}

/** `GET /v3/session/{id}`, with the answer checked to be about the session that was asked for. */
async function readSession(
  { baseUrl }: BriqpayAccount,
  authorization: string,
  { key }: ReadTarget,
  signal: AbortSignal,
): Promise<ReadAttempt> {
  const url = new URL(`/v3/session/${encodeURIComponent(key)}`, baseUrl);
  url.searchParams.set('fields', fields);
  const answer = await fetchJson({
    url,
    headers: { authorization },
    schema: sessionSchema,
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
  return { ok: true, reading: readingOf(answer.value) };
}
