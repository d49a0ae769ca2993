import { z } from 'zod';
import type { ApiKey } from './plugins/keys.ts';
import { contentOf, signCookie, verifyCookie } from './signed-cookie.ts';

export const sessionCookie = 'ops_session';
export const sessionMs = 12 * 3_600_000;

/** A person who has signed in, and the API key that they did it with. */
export interface Operator {
  readonly person: string;
  readonly apiKey: ApiKey;
}

const contentSchema = z.object({ key: z.string(), person: z.string(), until: z.number() });

/** The session as its cookie holds it: names and an end, nothing secret, sealed by the API key. */
export function sessionOf({ person, apiKey }: Operator, now: number): string {
  const content: z.infer<typeof contentSchema> = { key: apiKey.name, person, until: now + sessionMs };
  return signCookie(content, apiKey.key, 'session');
}

/** Who a session cookie belongs to; null once it is over, or its key was changed or may no longer operate. */
export function operatorOf(cookie: string, apiKeys: readonly ApiKey[], now: number): Operator | null {
  const named = contentSchema.safeParse(contentOf(cookie));
  if (!named.success || named.data.until <= now) return null;
  const { key, person } = named.data;
  const apiKey = apiKeys.find(
    (known) => known.name === key && verifyCookie(cookie, known.key, 'session') !== undefined,
  );
  return apiKey && mayOperate(apiKey) ? { person, apiKey } : null;
}

export function mayOperate({ scopes }: Pick<ApiKey, 'scopes'>): boolean {
  return scopes.includes('ops');
}
