import { z } from 'zod';
import type { Answer } from '../answers.ts';
import { accessToken, refreshToken } from './canaries.ts';
import { Denial, failed, succeeded, valid, wrongApiKey } from './envelope.ts';
import type { Source } from './order.ts';

/** What the merchant knows BridgerPay by. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Stands in the paths. */
  readonly apiKey: string;
  /** Names the checkout in a session. */
  readonly cashierKey: string;
}

const lifetimeS = 7_200;

const loginSchema = z.looseObject({ user_name: z.string(), password: z.string() });

/** Access tokens: each log-in gives one, which lives two hours unless it is revoked. */
export function createTokens(credentials: Credentials, { now, uuid }: Source) {
  const expiries = new Map<string, number>();

  /** A wrong log-in is a 200 whose body says 403. */
  function logIn(body: unknown): Answer {
    const { user_name, password } = valid(loginSchema, body);
    if (user_name !== credentials.username || password !== credentials.password)
      return failed(403, 'login_failue', { http: 200 });
    return succeeded(issue());
  }

  function issue() {
    forgetExpired();
    const expiresAt = now() + lifetimeS * 1000;
    const token = accessToken(uuid(), expiresAt);
    expiries.set(token, expiresAt);
    const refresh = { token: refreshToken(uuid()), expires_in: 2 * lifetimeS };
    return { access_token: { token, expires_in: lifetimeS }, refresh_token: refresh };
  }

  function forgetExpired() {
    for (const [token, expiresAt] of expiries) if (expiresAt <= now()) expiries.delete(token);
  }

  /** Refuses a call without a token that is alive; answers the token. */
  function authorize(header: string | undefined): string {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw new Denial(401, 'Authorization has been denied for this request.');
    if ((expiries.get(token) ?? 0) <= now()) throw new Denial(401, 'the access token is expired or invalid');
    return token;
  }

  return {
    logIn,
    authorize,
    /** What is wrong with the API key of a path, if anything. */
    refuse: (apiKey: string): Answer | undefined =>
      apiKey === credentials.apiKey ? undefined : wrongApiKey(apiKey),
    /** One token, or all that are out. */
    revoke(token?: string) {
      if (token === undefined) expiries.clear();
      else expiries.delete(token);
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
