import type { HookAccount } from './api/dependencies.ts';
import { createProviderActivities, type ProviderActivities } from './activities/read-payment.ts';
import type { Config } from './config/load.ts';
import { policyOf, type Account } from './config/schema.ts';
import { briqpayClient, briqpayHooks } from './providers/briqpay/index.ts';
import type { ProviderClient, ProviderHooks } from './providers/provider.ts';
import { readsPerAccount } from './temporal/workers.ts';

/** What a provider consists of. A new provider is one more row. */
const providers: { readonly [P in Account['provider']]: Provider<Account & { provider: P }> } = {
  briqpay: {
    hooks: briqpayHooks,
    client: briqpayClient,
    signingSecrets: ({ signingSecret }) => (signingSecret === undefined ? [] : [signingSecret]),
  },
};

interface Provider<A extends Account> {
  readonly hooks: ProviderHooks;
  readonly client: (account: A) => ProviderClient;
  readonly signingSecrets: (account: A) => readonly string[];
}

/** The accounts as the API needs them: without the credentials. */
export function hookAccounts({ accounts }: Config): HookAccount[] {
  return accounts.map((account) => {
    const { hooks, signingSecrets } = providers[account.provider];
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

/** The activities of every provider that has an account here. */
export function providerActivities({ accounts }: Config): { name: string; activities: ProviderActivities }[] {
  const names = [...new Set(accounts.map(({ provider }) => provider))];
  return names.map((name) => {
    const own = accounts.filter(({ provider }) => provider === name);
    const clients = new Map(own.map((account) => [account.id, providers[account.provider].client(account)]));
    return {
      name,
      activities: createProviderActivities({ clientOf: (id) => clients.get(id), readsPerAccount }),
    };
  });
}
