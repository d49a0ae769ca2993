import type { HookAccount } from '../api/dependencies.ts';
import { CircuitBreaker } from '../activities/circuit-breaker.ts';
import {
  createProviderActivities,
  type ProviderActivities,
  type TraceRead,
} from '../activities/read-payment.ts';
import type { Config } from '../config/load.ts';
import { policyOf } from '../config/patience.ts';
import type { Account } from '../config/schema.ts';
import type { Fault } from '../domain/alerting/incident.ts';
import { providers } from '../providers/index.ts';
import type { Provider, ProviderClient } from '../providers/provider.ts';
import { readsPerAccount } from '../temporal/workers.ts';

/** The provider of an account. Both belong to one member of the union, which the compiler cannot follow. */
function providerOf(account: Account): Provider<Account> {
  return providers[account.provider] as Provider<Account>;
}

/** The accounts without their credentials, as the API needs them. */
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

/** The clients of the accounts, and the circuit breaker that all of them share. */
export interface AccountReaders {
  readonly clientOf: (account: string) => ProviderClient | undefined;
  readonly breaker: CircuitBreaker;
}

export interface ReaderOptions {
  /** Called when an account seems to be down as a whole. */
  readonly report?: (account: string, fault: Fault) => void;
  /** Wraps the client of each account. */
  readonly measure?: (client: ProviderClient, account: Account) => ProviderClient;
  /** Wraps each read. */
  readonly trace?: TraceRead | undefined;
}

/** The providers that have an account in this configuration, and the activities that read them. */
export function providerActivities(
  { accounts }: Config,
  { report = () => {}, measure = (client) => client, trace }: ReaderOptions = {},
): AccountReaders & { readonly providers: readonly string[]; readonly activities: ProviderActivities } {
  const clients = new Map(
    accounts.map((account) => [account.id, measure(providerOf(account).client(account, Date.now), account)]),
  );
  const clientOf = (id: string) => clients.get(id);
  const breaker = new CircuitBreaker({ report, now: Date.now });
  return {
    providers: [...new Set(accounts.map(({ provider }) => provider))],
    activities: createProviderActivities({
      clientOf,
      breaker,
      trace,
      readsPerAccount,
      now: Date.now,
    }),
    clientOf,
    breaker,
  };
}
