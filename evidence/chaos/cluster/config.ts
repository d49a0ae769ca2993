import { stringify } from 'yaml';
import type { Patience, Steps } from '../patience.ts';
import { accounts } from '../plan/types.ts';

export const hookToken = 'chaos-hook-token';
export const apiKey = 'chaos-key';

/** The service's configuration: three Briqpay accounts and one of BridgerPay, all at one sandbox. */
export function configText(providerUrl: string, patience: Patience): string {
  const common = {
    baseUrl: providerUrl,
    hookToken,
    // What the plan does is to be judged, not the budget.
    unregistered: { perMinute: 1_000_000 },
    settled: { recheck: durations(patience.settled) },
    reread: durations(patience.reread),
    abandonAfter: duration(patience.abandonAfter),
  };
  const pending = ladder(patience.pending);
  const closing = ({ closeAfter, refundWindow }: Pick<Patience, 'closeAfter' | 'refundWindow'>) => ({
    closeAfter: duration(closeAfter),
    refundWindow: duration(refundWindow),
  });
  const briqpay = { provider: 'briqpay', username: 'sandbox', secret: 'sandbox-secret', ...common };
  const bridgerpay = {
    provider: 'bridgerpay',
    username: 'sandbox',
    password: 'sandbox-password',
    apiKey: 'sandbox-api-key',
    ...common,
  };
  return stringify({
    accounts: [
      { id: accounts.briqpay, ...briqpay, pending, ...closing(patience) },
      { id: accounts.brief, ...briqpay, pending, ...closing(patience.brief) },
      { id: accounts.busy, ...briqpay, pending: ladder(patience.busy), ...closing(patience) },
      { id: accounts.bridgerpay, ...bridgerpay, pending, ...closing(patience) },
    ],
    apiKeys: [{ name: 'chaos', key: apiKey, scopes: ['read', 'write', 'ops'] }],
  });
}

function ladder({ recheck, escalate }: Patience['pending']) {
  return { recheck: durations(recheck), escalate: durations(escalate) };
}

function durations(steps: Steps): string[] {
  return steps.map(duration);
}

function duration(ms: number): string {
  return `${ms}ms`;
}
