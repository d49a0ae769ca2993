import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../../../src/domain/order/view.ts';
import { figure } from '../figures.ts';
import type { Done } from '../load/jobs.ts';
import { startChannels } from '../testbed/channels.ts';
import { untilCounted } from '../testbed/until-counted.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { quantile } from '../stats.ts';
import { account, apiKey } from '../variants/routes.ts';
import type { Case } from './case.ts';

const opens = 20;
// Long enough for all to be pending before the provider goes down.
const stuckAfter = { full: '4m', short: '20s' };

const firstStuckWithinMs = 600_000;

interface EscalationList {
  readonly counts: { readonly total: number };
  readonly escalations: readonly Order[];
}

export const outage: Case = {
  name: 'outage',
  title:
    'one outage of the provider while orders wait: how many alerts, how fast the list opens, how soon all is clear',
  defaultRounds: 1,
  async run({ isShort, openTestbed, say }) {
    const orders = isShort ? 100 : 5_000;
    const channels = await startChannels();
    const policy = {
      pending: { recheck: ['1m', '5m', '15m'], escalate: [stuckAfter[isShort ? 'short' : 'full'], '7d'] },
    };
    const testbed = await openTestbed({ accounts: [{ id: account, policy }], alerts: channels.settings });
    try {
      // Without a warm-up: its payments would be stuck too.
      const variant = await startVariant(testbed, 'product', 0);
      const sessions = await startPending(testbed, variant, orders);
      say(`${orders} orders are pending; the provider goes down`);
      await testbed.provider.call('fail', 503);
      const downAt = performance.now();
      await channels.until(1);
      const toldSeconds = (performance.now() - downAt) / 1000;

      // Counted at the server: the list is what is measured.
      const stuck = async () =>
        (await testbed.client.workflow.count(`EscalatedAt IS NOT NULL AND ExecutionStatus = 'Running'`))
          .count;
      say(`told after ${toldSeconds.toFixed(0)} s; the first order is stuck in a while`);
      const deadline = Date.now() + firstStuckWithinMs;
      while ((await stuck()) === 0 && Date.now() < deadline) await delay(1_000);
      const listed = await untilCounted(stuck, orders, (line) => say(`stuck: ${line}`));
      const times = await openTimes(variant);
      await testbed.setProvider(sessions, 'approved');
      await testbed.provider.call('fail', null);
      const upAt = performance.now();
      say('the provider answers again');
      const cleared = await untilCounted(
        async () => orders - (await stuck()),
        orders,
        (line) => say(`clear: ${line}`),
      );
      const clearSeconds = (performance.now() - upAt) / 1000;
      await channels.until(1, ({ type }) => type === 'incident.closed');
      const all = channels.told('webhook').length;
      for (const name of channels.names) await channels.until(all, ({ channel }) => channel === name);
      return {
        figures: [
          figure({ name: 'orders stuck by one outage', unit: '', target: { atLeast: orders } }, [listed]),
          ...channels.names.map((name) =>
            figure({ name: `alerts by ${name}`, unit: '', target: { atMost: 3 } }, [
              channels.told(name).length,
            ]),
          ),
          figure({ name: 'orders that alerts counted at most', unit: '', target: { atLeast: orders } }, [
            channels.peak(),
          ]),
          figure({ name: 'from the outage to the alert', unit: 's' }, [toldSeconds]),
          figure({ name: 'the list of the API opens within, p50', unit: 'ms', target: { atMost: 1_000 } }, [
            quantile(times, 0.5),
          ]),
          figure({ name: 'the list of the API opens within, the slowest', unit: 'ms' }, [Math.max(...times)]),
          figure(
            { name: 'orders clear after the provider answers again', unit: '', target: { atLeast: orders } },
            [cleared],
          ),
          figure({ name: 'until all are clear', unit: 's' }, [clearSeconds]),
        ],
        rounds: [
          {
            orders,
            listed,
            toldSeconds,
            times,
            clearSeconds,
            alerts: channels.all().map(({ type }) => type),
          },
        ],
        notes: [
          `${orders} pending orders of one account; the provider answers 503 until all of them are stuck, and then says that all are approved.`,
        ],
      };
    } finally {
      await channels.stop();
    }
  },
};

async function startPending(testbed: Testbed, { target }: Variant, orders: number): Promise<string[]> {
  const sessions = newSessions(orders);
  await testbed.setProvider(sessions, 'pending');
  const started = { target, sessions, by: 'pending', concurrency: 16 };
  expectAll(await testbed.load.call<Done>('start', started), 202, 'product');
  const shown = { target, sessions, status: 'pending', concurrency: 16, pollMs: 50 };
  expectAll(await testbed.load.call<Done>('shown', shown), 200, 'product');
  return sessions;
}

async function escalations({ api }: Variant): Promise<EscalationList> {
  const answer = await fetch(`${api.url}/v1/escalations?limit=100`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  if (!answer.ok) throw new Error(`the list answered ${answer.status}`);
  return (await answer.json()) as EscalationList;
}

async function openTimes(variant: Variant): Promise<number[]> {
  const times: number[] = [];
  for (let open = 0; open < opens; open += 1) {
    const startedAt = performance.now();
    const { escalations: first } = await escalations(variant);
    times.push(performance.now() - startedAt);
    if (first.length === 0) throw new Error('the list is empty');
    await delay(200);
  }
  return times;
}
