import { checkout } from '../../../tools/build-product.ts';
import { figure, type Figure } from '../figures.ts';
import type { Replayed } from '../processes/replay.ts';
import { historySize } from '../testbed/history.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { quantile } from '../stats.ts';
import { apiKey } from '../variants/routes.ts';
import { queries } from '../../../src/workflows/contract/messages.ts';
import type { Case } from './case.ts';

/** As long as a history is to be for the cold look. */
const events = 60;

interface Round {
  readonly cachedP50: number;
  readonly coldP50: number;
  readonly coldP95: number;
  readonly replay: Replayed;
}

export const replay: Case = {
  name: 'replay',
  title: 'bringing back an order that no worker has in its cache, and replaying recorded histories',
  defaultRounds: 3,
  async run({ rounds: count, isShort, openTestbed, buildPath, say }) {
    const orders = isShort ? 6 : 60;
    const testbed = await openTestbed();
    const variant = await startVariant(testbed, 'product', 8);
    const warm = await longOrders(testbed, variant, Math.ceil(orders / 2));
    const cold = await longOrders(testbed, variant, orders);
    const lengths = await Promise.all(cold.map((id) => historySize(testbed.client, id)));
    const typical = quantile(
      lengths.map((size) => size.events),
      0.5,
    );

    let { worker } = variant;
    const replayer = testbed.start('replayer', 'evidence/bench/processes/replay.js');
    const job = {
      codePath: buildPath('src/workflow-bundle.js'),
      folder: `${checkout}test/replay/histories/briqpay`,
      times: isShort ? 1 : 30,
    };
    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) {
      await queryAll(testbed, [...warm, ...cold]);
      const cached = await queryAll(testbed, cold);
      await worker.stop();
      worker = testbed.startWorker('product');
      // The new worker's first replays compile what the later ones run.
      await queryAll(testbed, warm);
      const first = await queryAll(testbed, cold);
      const replayed = await replayer.call<Replayed>('replay', job);
      rounds.push({
        cachedP50: quantile(cached, 0.5),
        coldP50: quantile(first, 0.5),
        coldP95: quantile(first, 0.95),
        replay: replayed,
      });
      say(
        `round ${round + 1}/${count}: cached ${quantile(cached, 0.5).toFixed(1)} ms, cold ${quantile(first, 0.5).toFixed(1)} ms`,
      );
    }
    const errors = rounds[0]!.replay.errors;
    const notes = [
      `Cold and cached: the query \`${queries.order.name}\` of ${orders} orders of ${typical} events each, one at a time; cold is the first after the worker was started anew and has replayed ${warm.length} others.`,
      'Recorded histories: those of the replay test, one after another in one worker that only replays.',
      ...(errors.length > 0 ? [`Histories that did not replay: ${errors.join('; ')}`] : []),
    ];
    return { figures: figuresOf(rounds, typical), rounds, notes };
  },
};

/** Orders that have been through a payment's life, and then rechecked until their histories are long. Answers their ids. */
async function longOrders(testbed: Testbed, variant: Variant, count: number): Promise<string[]> {
  const sessions = newSessions(count);
  expectAll(await variant.live({ sessions, concurrency: 8, pollMs: 20 }), 200, 'product');
  const ids = sessions.map((session) => variant.workflowId(session));
  for (const id of ids)
    while ((await historySize(testbed.client, id)).events < events) await recheck(variant.api.url, id);
  return ids;
}

async function recheck(url: string, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/v1/orders/${id}/recheck`, { method: 'POST', headers });
  if (answer.status !== 202)
    throw new Error(`a recheck was answered ${answer.status}: ${await answer.text()}`);
}

async function queryAll({ client }: Testbed, ids: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const id of ids) {
    const askedAt = performance.now();
    await client.workflow.getHandle(id).query(queries.order);
    times.push(performance.now() - askedAt);
  }
  return times;
}

function figuresOf(rounds: readonly Round[], typical: number): Figure[] {
  const of = (value: (round: Round) => number) => rounds.map(value);
  return [
    figure(
      { name: `query of a cached order, ${typical} events, p50`, unit: 'ms' },
      of(({ cachedP50 }) => cachedP50),
    ),
    figure(
      { name: `query of a cold order, ${typical} events, p50`, unit: 'ms' },
      of(({ coldP50 }) => coldP50),
    ),
    figure(
      { name: `query of a cold order, ${typical} events, p95`, unit: 'ms' },
      of(({ coldP95 }) => coldP95),
    ),
    figure(
      { name: 'replay of a recorded history', unit: 'ms' },
      of(({ replay: { seconds, histories } }) => (seconds * 1000) / histories),
    ),
    figure(
      { name: 'replay of a recorded event', unit: 'µs' },
      of(({ replay: { seconds, events: all } }) => (seconds * 1e6) / all),
    ),
  ];
}
