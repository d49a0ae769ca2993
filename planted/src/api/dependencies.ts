import type { Client } from '@temporalio/client';
import type { Policy } from '../domain/escalation/policy.ts';
import type { ProviderHooks } from '../providers/provider.ts';
import type { HookTraces } from './hook-traces.ts';
import type { OrderLookups } from '../orders/order-lookups.ts';
import type { ApiKey } from './plugins/keys.ts';
import type { ApiMetrics } from './plugins/metrics.ts';

/** What the API needs to know of an account: how its hooks are told, and how patient it is. No credentials. */
export interface HookAccount {
  readonly id: string;
  readonly hooks: ProviderHooks;
  readonly hookToken: string;
  /** Secrets that the provider signs hooks with; empty where it does not. */
  readonly signingSecrets: readonly string[];
  readonly policy: Policy;
  /** How many orders a minute hooks may start that nobody registered. */
  readonly unregisteredPerMinute: number;
}

/** Everything that the API is built from. */
export interface ApiDependencies {
  readonly client: Client;
  readonly accounts: readonly HookAccount[];
  readonly apiKeys: readonly ApiKey[];
  /** The search attributes that Temporal does not have yet; the API is not ready before they are there. */
  readonly missingAttributes: () => Promise<readonly string[]>;
  /** Where the Temporal UI is, without a path; the board links to it. */
  readonly temporalUi?: string | undefined;
  /** Without them nothing is counted. */
  readonly metrics?: ApiMetrics | undefined;
  /** Without them nothing is traced. */
  readonly traces?: HookTraces | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What the routes share that read orders. */
export interface ReaderDependencies extends ApiDependencies {
  readonly looks: OrderLookups;
}
