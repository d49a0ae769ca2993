import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { HookAccount } from '../dependencies.ts';
import { sha256 } from '../plugins/keys.ts';
import { Problem } from '../problems.ts';

/** The address of an account's hooks; its token is the secret. */
export const hookUrl = '/hooks/:account/:token';

const params = z.object({ account: z.string(), token: z.string() });

/** Finds the account of a hook's address. An unknown account and a wrong token get the same answer, in the same time. */
export function accountFinder(accounts: readonly HookAccount[]): (urlParams: unknown) => HookAccount {
  const known = new Map(
    accounts.map((account) => [account.id, { account, digest: sha256(account.hookToken) }]),
  );
  const unknown = { account: undefined, digest: randomBytes(32) };
  return (urlParams) => {
    const { account: id, token } = params.parse(urlParams);
    const entry = known.get(id) ?? unknown;
    const isRight = timingSafeEqual(entry.digest, sha256(token));
    if (!isRight || !entry.account) throw new Problem('not_found', 'no such hook address');
    return entry.account;
  };
}
