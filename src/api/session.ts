import { z } from 'zod';
import type { ApiKey } from './plugins/keys.ts';
import { unverifiedContent, signCookie, verifyCookie } from './signed-cookie.ts';

export const sessionCookie = 'ops_session';
export const sessionMs = 12 * 3_600_000;

/** A person who has signed in, and the API key that they signed in with. */
export interface Operator {
  readonly person: string;
  readonly apiKey: ApiKey;
}

const contentSchema = z.object({ key: z.string(), person: z.string(), until: z.number() });

/** The value of the session cookie: names and an end, signed with the API key. It contains no secret. */
export function sessionCookieValue({ person, apiKey }: Operator, now: number): string {
  const content: z.infer<typeof contentSchema> = { key: apiKey.name, person, until: now + sessionMs };
  return signCookie(content, apiKey.key, 'session');
}

/** The operator of a session cookie. Null once the session has ended, or its API key was changed or lacks the scope `ops`. */
export function operatorOf(cookie: string, apiKeys: readonly ApiKey[], now: number): Operator | null {
  const claimed = contentSchema.safeParse(unverifiedContent(cookie));
  if (!claimed.success || claimed.data.until <= now) return null;
  const { key, person } = claimed.data;
  const apiKey = apiKeys.find(
    (known) => known.name === key && verifyCookie(cookie, known.key, 'session') !== undefined,
  );
  return apiKey && mayOperate(apiKey) ? { person, apiKey } : null;
}

/** Whether a key has the scope `ops`. */
export function mayOperate({ scopes }: Pick<ApiKey, 'scopes'>): boolean {
  return scopes.includes('ops');
}
