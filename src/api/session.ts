import { z } from 'zod';
import type { ApiKey } from './plugins/keys.ts';
import { contentOf, signCookie, verifyCookie } from './signed-cookie.ts';

export const sessionCookie = 'ops_session';
export const sessionMs = 12 * 3_600_000;

/** A person who has signed in, and the API key that they used. */
export interface Operator {
  readonly person: string;
  readonly apiKey: ApiKey;
}

const contentSchema = z.object({ key: z.string(), person: z.string(), until: z.number() });

/** The session cookie: the names of key and person and the end, nothing secret, signed with the API key. */
export function sessionOf({ person, apiKey }: Operator, now: number): string {
  const content: z.infer<typeof contentSchema> = { key: apiKey.name, person, until: now + sessionMs };
  return signCookie(content, apiKey.key, 'session');
}

/** The operator of a session cookie; null where it has ended, or its key has changed or lacks the scope `ops`. */
export function operatorOf(cookie: string, apiKeys: readonly ApiKey[], now: number): Operator | null {
  const named = contentSchema.safeParse(contentOf(cookie));
  if (!named.success || named.data.until <= now) return null;
  const { key, person } = named.data;
  const apiKey = apiKeys.find(
    (known) => known.name === key && verifyCookie(cookie, known.key, 'session') !== undefined,
  );
  return apiKey && mayOperate(apiKey) ? { person, apiKey } : null;
}

/** Whether a key has the scope `ops`. */
export function mayOperate({ scopes }: Pick<ApiKey, 'scopes'>): boolean {
  return scopes.includes('ops');
}
