import { figure } from '../figures.ts';
import { mixedHooks } from '../load/hooks.ts';
import type { Done, Target } from '../load/jobs.ts';
import { withCpu } from '../testbed/cpu.ts';
import { untilCounted } from '../testbed/until-counted.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant } from '../testbed/variant.ts';
import { account, apiKey } from '../variants/routes.ts';
import type { Case, Context } from './case.ts';

interface Caught {
  readonly orders: number;
  readonly hooks: number;
  /** From the start of the worker process until the last order is as the provider has it. */
  readonly seconds: number;
  readonly hooksPerSecond: number;
  readonly lostHooks: number;
  readonly wrongOrders: number;
  readonly providerReads: number;
  readonly workerCpuMsPerOrder: number;
}

export const backlog: Case = {
  name: 'backlog',
  title:
    'hooks that came while no worker ran: how fast a worker that starts catches up, and whether anything is lost',
  defaultRounds: 2,
  async run(context) {
    const testbed = await context.openTestbed();
    const { target, worker } = await startVariant(testbed, 'product', 8);
    await worker.stop();
    const rounds: Caught[] = [];
    for (let round = 0; round < context.rounds; round++) {
      const caught = await catchUp(testbed, target, context, `round ${round + 1}/${context.rounds}`);
      rounds.push(caught);
    }
    const { orders, hooks } = rounds[0]!;
    const of = (what: keyof Caught) => rounds.map((round) => round[what]);
    return {
      figures: [
        figure({ name: 'hooks applied a second', unit: '1/s' }, of('hooksPerSecond')),
        figure({ name: 'all applied after', unit: 's' }, of('seconds')),
        figure({ name: 'hooks without a disposition', unit: '', target: { atMost: 0 } }, of('lostHooks')),
        figure(
          { name: 'orders that are not as the provider has them', unit: '', target: { atMost: 0 } },
          of('wrongOrders'),
        ),
        figure({ name: 'reads of the provider', unit: '' }, of('providerReads')),
        figure({ name: 'CPU of the worker an order', unit: 'ms' }, of('workerCpuMsPerOrder')),
      ],
      rounds,
      notes: [
        `${hooks} hooks over ${orders} orders, ten different ones each, answered 202 before the worker started; the time includes the start of its process.`,
        'Each order is then read over HTTP, and each hook looked for in its timeline.',
      ],
    };
  },
};

async function catchUp(testbed: Testbed, target: Target, context: Context, round: string): Promise<Caught> {
  const { load, provider, client, setProvider } = testbed;
  const sessions = newSessions(context.isShort ? 40 : 1_000);
  const hooks = sessions.length * mixedHooks.length;
  await setProvider(sessions, 'mixed');
  expectAll(await load.call<Done>('mixed', { target, sessions, concurrency: 16 }), 202, 'product');
  context.say(`${round}: ${hooks} hooks are queued`);

  const applied = async () => (await client.workflow.count(`OrderStatus = 'partially_refunded'`)).count;
  const [appliedBefore, readsBefore] = [await applied(), await provider.call<number>('totalReads')];
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const worker = testbed.startWorker('product');
  const { cpu } = await withCpu({ worker: worker.pid }, () =>
    untilCounted(
      async () => (await applied()) - appliedBefore,
      sessions.length,
      (line) => context.say(`${round}: ${line}`),
    ),
  );
  const seconds = elapsed();
  const providerReads = (await provider.call<number>('totalReads')) - readsBefore;
  const lost = await lostIn(target, sessions);
  await worker.stop();
  return {
    orders: sessions.length,
    hooks,
    seconds,
    hooksPerSecond: hooks / seconds,
    ...lost,
    providerReads,
    workerCpuMsPerOrder: (cpu.worker * 1000) / sessions.length,
  };
}

/** Looks at every order and at every hook in its timeline. */
async function lostIn(
  { url }: Target,
  sessions: readonly string[],
): Promise<Pick<Caught, 'lostHooks' | 'wrongOrders'>> {
  let [lostHooks, wrongOrders] = [0, 0];
  for (const session of sessions) {
    const path = `${url}/v1/orders/${account}:${session}`;
    const order = await getJson<{ status: string; amounts: { captured?: number; refunded?: number } }>(path);
    const { captured, refunded } = order.amounts;
    const isRight = order.status === 'partially_refunded' && captured === 30_000 && refunded === 3_000;
    if (!isRight) wrongOrders += 1;
    const timeline = await getJson<{ entries: { kind: string; disposition?: string }[] }>(`${path}/timeline`);
    const decided = timeline.entries.filter(({ kind, disposition }) => kind === 'hook' && disposition);
    lostHooks += mixedHooks.length - decided.length;
  }
  return { lostHooks, wrongOrders };
}

async function getJson<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { authorization: `Bearer ${apiKey}` } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
