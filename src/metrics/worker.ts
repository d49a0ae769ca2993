import type { Registry } from 'prom-client';
import type { Channel } from '../activities/alerts/channel.ts';
import type { ChannelKind } from '../activities/alerts/channels.ts';
import type { SweepActivities } from '../activities/sweep.ts';
import { faultCodes, type Fault } from '../domain/alerting/incident.ts';
import type { ProviderClient } from '../providers/provider.ts';
import { catalog } from './catalog.ts';
import { counterOf, gaugeOf, histogramOf } from './registry.ts';

/** Wraps what the worker's activities call, and counts it. */
export interface WorkerMeter {
  measureClient(
    client: ProviderClient,
    account: { readonly id: string; readonly provider: string },
  ): ProviderClient;
  measureChannel(channel: Channel, kind: ChannelKind): Channel;
  measureSweeps(sweeps: SweepActivities): SweepActivities;
}

/** Creates the wrappers. Counters of `accounts` start at 0, since Prometheus sees an increase only against an earlier sample. */
export function createWorkerMeter(registry: Registry, accounts: readonly string[]): WorkerMeter {
  const reads = histogramOf(registry, catalog.reads);
  const alerts = counterOf(registry, catalog.alerts);
  const compared = counterOf(registry, catalog.compared);
  const swept = counterOf(registry, catalog.swept);
  const count = {
    compared(account: string, results: Readonly<Record<'same' | 'drifted' | 'unread', number>>) {
      for (const [result, orders] of Object.entries(results)) compared.inc({ account, result }, orders);
    },
    swept(account: string, found: Readonly<Record<'gone' | 'overdue' | 'failing', number>>) {
      for (const [what, orders] of Object.entries(found)) swept.inc({ account, found: what }, orders);
    },
  };
  for (const account of accounts) {
    count.compared(account, { same: 0, drifted: 0, unread: 0 });
    count.swept(account, { gone: 0, overdue: 0, failing: 0 });
  }

  return {
    measureClient: (client, { id: account, provider }) => ({
      ...client,
      async read(target, signal) {
        const end = reads.startTimer({ account, provider });
        const attempt = await client.read(target, signal);
        // An inline read has a short deadline of its own, which says little about the provider.
        end({ outcome: attempt.ok ? 'ok' : signal.aborted ? 'cut_short' : attempt.failure });
        return attempt;
      },
    }),
    measureChannel: (channel, kind) => {
      for (const outcome of ['sent', 'failed']) alerts.inc({ channel: kind, outcome }, 0);
      return {
        async send(message, signal) {
          let outcome = 'failed';
          try {
            await channel.send(message, signal);
            outcome = 'sent';
          } finally {
            alerts.inc({ channel: kind, outcome });
          }
        },
      };
    },
    measureSweeps: (sweeps) => ({
      async sweepOrders(request) {
        const report = await sweeps.sweepOrders(request);
        const { account, reopened: gone, rechecked: overdue, failing } = report;
        count.swept(account, { gone, overdue, failing });
        return report;
      },
      findPaidTwice: (request) => sweeps.findPaidTwice(request),
      async compareOrders(request) {
        const report = await sweeps.compareOrders(request);
        const { account, compared: read, drifted, unread } = report;
        count.compared(account, { same: read - drifted, drifted, unread });
        return report;
      },
    }),
  };
}

/** A gauge of the accounts that the circuit breaker rejects, computed at each scrape. */
export function gaugeRejectedAccounts(
  registry: Registry,
  accounts: readonly string[],
  faultOf: (account: string) => Fault['code'] | undefined,
): void {
  gaugeOf(registry, catalog.rejectedAccounts, function collect() {
    for (const account of accounts) {
      const now = faultOf(account);
      for (const fault of faultCodes) this.set({ account, fault }, now === fault ? 1 : 0);
    }
  });
}
