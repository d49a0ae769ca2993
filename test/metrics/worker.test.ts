import { Registry } from 'prom-client';
import type { AlertMessage } from '../../src/activities/alerts/message.ts';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { createWorkerMeter, gaugeRejectedAccounts } from '../../src/metrics/worker.ts';
import type { ProviderClient, ReadAttempt } from '../../src/providers/provider.ts';
import { samplesOf } from '../support/samples.ts';

const account = { id: 'acme-se', provider: 'briqpay' };
const target = { kind: 'deposit', key: 'a-session' } as const;
const never = () => new AbortController().signal;

const clientOf = (answer: () => Promise<ReadAttempt>) => ({ read: answer }) as unknown as ProviderClient;
const failing = (failure: 'timeout' | 'unavailable'): ReadAttempt => ({
  ok: false,
  failure,
  detail: 'it is',
  isTransient: true,
});

async function countsOf(registry: Registry, name: string): Promise<Record<string, number>> {
  const samples = samplesOf(await registry.metrics()).filter((sample) => sample.name === name);
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

describe('reads', () => {
  test('are timed by account and outcome; one that is cut short says nothing of the provider', async () => {
    const registry = new Registry();
    const { measureClient } = createWorkerMeter(registry, ['acme-se']);
    const answers: ReadAttempt[] = [
      { ok: true, reading: {} } as ReadAttempt,
      failing('timeout'),
      failing('unavailable'),
    ];
    const client = measureClient(
      clientOf(async () => answers.shift()!),
      account,
    );
    expect(await client.read(target, never())).toEqual({ ok: true, reading: {} });
    await client.read(target, never());
    await client.read(target, AbortSignal.abort());
    expect(await countsOf(registry, 'payments_read_duration_seconds_count')).toEqual({
      'acme-se briqpay ok': 1,
      'acme-se briqpay timeout': 1,
      'acme-se briqpay cut_short': 1,
    });
    expect(await registry.metrics()).not.toContain('a-session');
  });
});

describe('alerts', () => {
  const message = {} as AlertMessage;

  test('are counted by the kind of their channel, from the beginning on', async () => {
    const registry = new Registry();
    const { measureChannel } = createWorkerMeter(registry, ['acme-se']);
    let isDown = false;
    const send = async () => {
      if (isDown) throw new Error('503');
    };
    const channel = measureChannel({ send }, 'slack');
    expect(await countsOf(registry, 'payments_alerts_total')).toEqual({ 'slack sent': 0, 'slack failed': 0 });
    await channel.send(message, never());
    isDown = true;
    await expect(channel.send(message, never())).rejects.toThrow('503');
    expect(await countsOf(registry, 'payments_alerts_total')).toEqual({ 'slack sent': 1, 'slack failed': 1 });
  });
});

describe('sweeps', () => {
  test('count what they compared and what they found, and begin at 0', async () => {
    const registry = new Registry();
    const { measureSweeps } = createWorkerMeter(registry, ['acme-se']);
    const examples = { reopened: ['an-order'], failing: [] };
    const sweeps = measureSweeps({
      sweepOrders: async () => ({ account: 'acme-se', reopened: 1, rechecked: 2, failing: 0, examples }),
      findPaidTwice: async () => ({ told: 1, undecided: 0, lookedUntil: 7 }),
      compareOrders: async () => ({ account: 'acme-se', compared: 9, unread: 1, drifted: 2, drifts: [] }),
    });
    const compared = () => countsOf(registry, 'payments_compared_orders_total');
    expect(await compared()).toEqual({ 'acme-se same': 0, 'acme-se drifted': 0, 'acme-se unread': 0 });
    const request = { account: 'acme-se', key: 'k' };
    expect(await sweeps.sweepOrders(request)).toMatchObject({ reopened: 1 });
    expect(await sweeps.findPaidTwice({ ...request, since: 0 })).toMatchObject({ told: 1 });
    await sweeps.compareOrders(request);
    expect(await compared()).toEqual({ 'acme-se same': 7, 'acme-se drifted': 2, 'acme-se unread': 1 });
    expect(await countsOf(registry, 'payments_swept_orders_total')).toEqual({
      'acme-se gone': 1,
      'acme-se overdue': 2,
      'acme-se failing': 0,
    });
    expect(await registry.metrics()).not.toContain('an-order');
  });
});

test('a rejected account is shown with its fault while its breaker is open', async () => {
  const registry = new Registry();
  const breaker = new CircuitBreaker({ report: () => {}, now: () => 1_000_000 });
  gaugeRejectedAccounts(registry, ['acme-se', 'acme-eu'], (id) => breaker.faultOf(id));
  const shown = () => countsOf(registry, 'payments_account_left_alone');
  const calm = {
    'acme-se credentials_refused': 0,
    'acme-se provider_unreachable': 0,
    'acme-eu credentials_refused': 0,
    'acme-eu provider_unreachable': 0,
  };
  expect(await shown()).toEqual(calm);
  for (const order of ['a', 'b', 'c']) breaker.record('acme-se', order, 'timeout');
  expect(await shown()).toEqual({ ...calm, 'acme-se provider_unreachable': 1 });
  breaker.record('acme-se', 'd', undefined);
  expect(await shown()).toEqual(calm);
});
