import type { Client } from '@temporalio/client';
import type { Policy } from '../domain/escalation/policy.ts';
import type { ProviderHooks } from '../providers/provider.ts';
import type { HookTraces } from './hook-traces.ts';
import type { OrderLookups } from '../orders/order-lookups.ts';
import type { ApiKey } from './plugins/keys.ts';
import type { ApiMetrics } from './plugins/metrics.ts';

/** An account as the API needs it: how its hooks are read and checked, and its policy. No credentials. */
export interface HookAccount {
  readonly id: string;
  readonly hooks: ProviderHooks;
  readonly hookToken: string;
  /** The secrets that the provider signs hooks with; empty where it does not sign. */
  readonly signingSecrets: readonly string[];
  readonly policy: Policy;
  /** How many unregistered orders hooks may start in a minute. */
  readonly unregisteredPerMinute: number;
}

/** Everything that the API is built from. */
export interface ApiDependencies {
  readonly client: Client;
  /** Shared by everything that reads orders in this process. */
  readonly lookups: OrderLookups;
  readonly accounts: readonly HookAccount[];
  readonly apiKeys: readonly ApiKey[];
  /** The search attributes that Temporal does not have yet; the API is ready once none is missing. */
  readonly missingAttributes: () => Promise<readonly string[]>;
  /** The address of the Temporal UI, without a path; the board links to it. */
  readonly temporalUi?: string | undefined;
  /** Counts requests; nothing is counted without it. */
  readonly metrics?: ApiMetrics | undefined;
  /** Traces hooks; nothing is traced without it. */
  readonly traces?: HookTraces | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
