import { bridgerpay } from '../../../src/providers/bridgerpay/index.ts';
import { canaries } from '../../../sandbox/bridgerpay/canaries.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { control, startReceiver } from './control.ts';
import { conforms, type Stage, type Fault } from './suite.ts';

const faults: Readonly<Record<Fault, Record<string, unknown>>> = {
  'wrong credentials': { kind: 'status', status: 403 },
  'busy, come back in 7 s': { kind: 'status', status: 429, retryAfter: 7 },
  broken: { kind: 'status', status: 503 },
  'cut off': { kind: 'truncated' },
  HTML: { kind: 'html' },
  empty: { kind: 'empty' },
  'too much': { kind: 'huge' },
  elsewhere: { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' },
  'about another payment': { kind: 'other_order' },
  'a new word': { kind: 'status_word', value: 'teleported' },
};

const acts = {
  pending: ['init', 'pay'],
  approved: ['init', 'authorize'],
  rejected: ['init', 'decline'],
  cancelled: ['init', 'authorize', 'void'],
  captured: ['init', 'approve', 'refund', 'close'],
} as const;

conforms('bridgerpay', async (): Promise<Stage> => {
  const sandbox = await startSandbox();
  const receiver = await startReceiver();
  const base = `${sandbox.url}/sandbox/bridgerpay`;
  await control('PUT', `${base}/hook-url`, { url: receiver.url });
  const account = {
    baseUrl: sandbox.url,
    username: 'sandbox',
    password: 'sandbox-password',
    apiKey: 'sandbox-api-key',
  };
  return {
    hooks: bridgerpay.hooks,
    client: bridgerpay.client(account, Date.now),
    open: async () => {
      const payload = 'payload-canary';
      return (await control<{ orderId: string }>('POST', `${base}/orders`, { payload })).orderId;
    },
    bring: async (key, to) => {
      for (const action of acts[to])
        await control('POST', `${base}/orders/${encodeURIComponent(key)}/actions`, { action });
    },
    setFault: (key, kind) =>
      control('PUT', `${base}/orders/${encodeURIComponent(key)}/faults`, [
        { ...faults[kind], times: 'forever' },
      ]),
    sentHooks: (key) => receiver.about(key),
    private: [...canaries, 'payload-canary', 'sandbox-password', 'sandbox-api-key'],
    stop: async () => {
      await receiver.stop();
      await sandbox.stop();
    },
  };
});
