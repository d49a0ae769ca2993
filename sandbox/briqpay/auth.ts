import { Refusal } from '../answers.ts';

export interface Credentials {
  readonly username: string;
  readonly secret: string;
}

/** Basic auth on every call: no header 401, wrong credentials 403. */
export function authorize(header: string | undefined, { username, secret }: Credentials): void {
  if (header === undefined) throw new Refusal(401, 'UNAUTHORIZED', 'no Authorization header');
  const expected = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
  if (header !== expected)
    throw new Refusal(403, 'FORBIDDEN', 'wrong credentials, or those of another environment');
}
