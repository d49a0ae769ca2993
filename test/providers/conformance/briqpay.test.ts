import { briqpay } from '../../../src/providers/briqpay/index.ts';
import { canaries } from '../../../sandbox/briqpay/canaries.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { conforms, type Stage, type Fault } from './suite.ts';
import { control, startReceiver } from './control.ts';

const faults: Readonly<Record<Fault, Record<string, unknown>>> = {
  'wrong credentials': { kind: 'status', status: 403 },
  'busy, come back in 7 s': { kind: 'status', status: 429, retryAfter: 7 },
  broken: { kind: 'status', status: 503 },
  'cut off': { kind: 'truncated' },
  HTML: { kind: 'html' },
  empty: { kind: 'empty' },
  'too much': { kind: 'huge' },
  elsewhere: { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' },
  'about another payment': { kind: 'other_session' },
  'a new word': { kind: 'order_status', value: 'order_teleported' },
};

const acts = {
  pending: ['complete'],
  approved: ['complete', 'approve'],
  rejected: ['complete', 'reject'],
  cancelled: ['complete', 'approve', 'cancel'],
  captured: ['complete', 'approve', 'capture'],
} as const;

conforms('briqpay', async (): Promise<Stage> => {
  const sandbox = await startSandbox();
  const receiver = await startReceiver();
  const base = `${sandbox.url}/sandbox/briqpay/sessions`;
  const account = { baseUrl: sandbox.url, username: 'sandbox', secret: 'sandbox-secret' };
  return {
    hooks: briqpay.hooks,
    client: briqpay.client(account, Date.now),
    open: async () =>
      (await control<{ sessionId: string }>('POST', base, { hookUrl: receiver.url })).sessionId,
    bring: async (key, to) => {
      for (const action of acts[to]) await control('POST', `${base}/${key}/actions`, { action });
    },
    setFault: (key, kind) => control('PUT', `${base}/${key}/faults`, [{ ...faults[kind], times: 'forever' }]),
    sentHooks: (key) => receiver.about(key),
    private: [...canaries, 'sandbox-secret'],
    stop: async () => {
      await receiver.stop();
      await sandbox.stop();
    },
  };
});
