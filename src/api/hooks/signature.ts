import type { FastifyRequest } from 'fastify';
import type { HookAccount } from '../dependencies.ts';
import { Problem } from '../problems.ts';

/** Refuses a hook without a valid signature, where the account has a secret to sign with. `now` is epoch milliseconds. */
export function checkSignature(
  { hooks, signingSecrets: secrets }: HookAccount,
  { headers, rawBody: body }: FastifyRequest,
  now: number,
): void {
  if (secrets.length > 0 && !hooks.verifySignature?.({ headers, body, secrets, now }))
    throw new Problem('invalid_signature');
}
