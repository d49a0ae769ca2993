import type { HookAccount } from './api/dependencies.ts';
import { createProviderActivities, type ProviderActivities } from './activities/read-payment.ts';
import type { Config } from './config/load.ts';
import { policyOf, type Account } from './config/schema.ts';
import { providers } from './providers/index.ts';
import type { Provider } from './providers/provider.ts';
import { readsPerAccount } from './temporal/workers.ts';

/** The provider of an account. The key and the account are of one member of the union, which the compiler cannot follow. */
function providerOf(account: Account): Provider<Account> {
  return providers[account.provider] as Provider<Account>;
}

/** The accounts as the API needs them: without the credentials. */
export function hookAccounts({ accounts }: Config): HookAccount[] {
  return accounts.map((account) => {
    const { hooks, signingSecrets } = providerOf(account);
    return {
      id: account.id,
      hooks,
      hookToken: account.hookToken,
      signingSecrets: signingSecrets(account),
      policy: policyOf(account),
      unregisteredPerMinute: account.unregistered.perMinute,
    };
  });
}

/** The providers that have an account here, and the activities that talk to them. */
export function providerActivities({ accounts }: Config): {
  readonly providers: readonly string[];
  readonly activities: ProviderActivities;
} {
  const clients = new Map(
    accounts.map((account) => [account.id, providerOf(account).client(account, Date.now)]),
  );
  return {
    providers: [...new Set(accounts.map(({ provider }) => provider))],
    activities: createProviderActivities({
      clientOf: (id) => clients.get(id),
      readsPerAccount,
      now: Date.now,
    }),
  };
}
