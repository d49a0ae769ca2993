import { Refusal } from '../answers.ts';

export interface Credentials {
  readonly username: string;
  readonly secret: string;
}

/** Checks basic auth. Throws a Refusal: 401 without a header, 403 for wrong credentials. */
export function authorize(header: string | undefined, { username, secret }: Credentials): void {
  if (header === undefined) throw new Refusal(401, 'UNAUTHORIZED', 'no Authorization header');
  const expected = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
  if (header !== expected)
    throw new Refusal(403, 'FORBIDDEN', 'wrong credentials, or those of another environment');
}
