import { z } from 'zod';
import type { Answer } from '../answers.ts';
import { accessToken, refreshToken } from './canaries.ts';
import { ApiError, failed, succeeded, valid, wrongApiKey } from './envelope.ts';
import type { Source } from './order.ts';

/** The credentials of a merchant. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A part of the paths. */
  readonly apiKey: string;
  /** Identifies the checkout of a session. */
  readonly cashierKey: string;
}

const lifetimeS = 7_200;

const loginSchema = z.looseObject({ user_name: z.string(), password: z.string() });

/** Access tokens. Each login creates one, which is valid for two hours unless it is revoked. */
export function createTokens(credentials: Credentials, { now, uuid }: Source) {
  const expiries = new Map<string, number>();

  /** A wrong login is an HTTP 200 with the code 403 in the body. */
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

  /** The valid token of a call. Throws an ApiError (401) where there is none. */
  function authorize(header: string | undefined): string {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw new ApiError(401, 'Authorization has been denied for this request.');
    if ((expiries.get(token) ?? 0) <= now())
      throw new ApiError(401, 'the access token is expired or invalid');
    return token;
  }

  return {
    logIn,
    authorize,
    /** The answer to a wrong API key; undefined for the right one. */
    refuse: (apiKey: string): Answer | undefined =>
      apiKey === credentials.apiKey ? undefined : wrongApiKey(apiKey),
    /** Revokes one token, or all. */
    revoke(token?: string) {
      if (token === undefined) expiries.clear();
      else expiries.delete(token);
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
