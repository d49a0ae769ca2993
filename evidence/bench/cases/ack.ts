import { figure, ratioFigure, type Figure } from '../figures.ts';
import type { Done, Target } from '../load/jobs.ts';
import type { BareJob } from '../processes/bare.ts';
import { withCpu } from '../testbed/cpu.ts';
import type { Callee } from '../../kit/calls.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions } from '../testbed/variant.ts';
import { rotated } from '../stats.ts';
import { account } from '../variants/routes.ts';
import type { Case, Context } from './case.ts';

const concurrencies = [1, 16, 64] as const;
const contenders = ['product', 'bare', 'textbook'] as const;
type Contender = (typeof contenders)[number];
type Concurrency = (typeof concurrencies)[number];

/** Below what the machine can do, so that queues show and do not grow without end. */
const openShare = 0.7;

interface Sizes {
  readonly orders: number;
  readonly hooks: Readonly<Record<Concurrency, number>>;
  readonly openSeconds: number;
  readonly warmUp: number;
}

const sizes: Readonly<Record<'full' | 'short', Sizes>> = {
  full: { orders: 400, hooks: { 1: 1_500, 16: 4_800, 64: 4_800 }, openSeconds: 5, warmUp: 2_000 },
  short: { orders: 50, hooks: { 1: 100, 16: 400, 64: 400 }, openSeconds: 1, warmUp: 200 },
};

interface Closed {
  readonly perSecond: number;
  /** Of the process that signals: the API, or the bare loop itself. */
  readonly cpuMsPerAck: number;
  readonly serverCpuMsPerAck: number;
  readonly clientCpuMsPerAck: number;
}

interface Round {
  readonly closed: Readonly<Record<Concurrency, Readonly<Record<Contender, Closed>>>>;
  readonly openPerSecond: number;
  readonly open: Readonly<Record<'product' | 'bare', Done['latencyMs']>>;
}

export const ack: Case = {
  name: 'ack',
  title: 'acknowledged hooks a second over HTTP, against a bare signal loop and the textbook; no worker runs',
  async run(context) {
    const { orders, hooks, openSeconds, warmUp } = sizes[context.isShort ? 'short' : 'full'];
    const testbed = await context.openTestbed();
    const senders = await openSenders(testbed);
    const warm = await openOrders(testbed, senders, Math.min(orders, 100));
    for (const name of contenders)
      await senders[name].closed({ ...warm[name], from: 0, count: warmUp, concurrency: 16 });

    const rounds: Round[] = [];
    for (let round = 0; round < context.rounds; round++) {
      const open = await openOrders(testbed, senders, orders);
      let from = 0;
      const closed = {} as Record<Concurrency, Record<Contender, Closed>>;
      for (const [index, concurrency] of concurrencies.entries()) {
        const count = hooks[concurrency];
        const measured = {} as Record<Contender, Closed>;
        for (const name of rotated(contenders, round + index)) {
          measured[name] = await measureClosed(testbed, senders[name], {
            ...open[name],
            from,
            count,
            concurrency,
          });
          context.say(
            `round ${round + 1}/${context.rounds}, C=${concurrency}, ${name}: ${Math.round(measured[name].perSecond)}/s`,
          );
        }
        closed[concurrency] = measured;
        from += count;
      }
      const perSecond = Math.round(openShare * closed[16].bare.perSecond);
      const job = { from, count: perSecond * openSeconds, perSecond };
      const latencies = {} as Record<'product' | 'bare', Done['latencyMs']>;
      for (const name of rotated(['product', 'bare'] as const, round)) {
        const done = await senders[name].open({ ...open[name], ...job });
        expectAll(done, 202, name);
        latencies[name] = done.latencyMs;
        context.say(
          `round ${round + 1}/${context.rounds}, open loop at ${perSecond}/s, ${name}: p99 ${done.latencyMs.p99.toFixed(1)} ms`,
        );
      }
      rounds.push({ closed, openPerSecond: perSecond, open: latencies });
    }
    return { figures: figuresOf(rounds), rounds, notes: notesOf(context, orders) };
  },
};

/** How a contender is driven: by HTTP from the client, or in its own process. */
interface Sender {
  readonly process: Callee;
  readonly client: Callee | undefined;
  closed(job: Job & { readonly concurrency: number }): Promise<Done>;
  open(job: Job & { readonly perSecond: number }): Promise<Done>;
  readonly target: Target;
}

interface Job extends BareJob {
  readonly sessions: readonly string[];
}

async function openSenders(testbed: Testbed): Promise<Record<Contender, Sender>> {
  const { load } = testbed;
  const overHttp = async (variant: 'product' | 'textbook'): Promise<Sender> => {
    const api = await testbed.startApi(variant);
    const target = { variant, url: api.url };
    return {
      process: api,
      client: load,
      target,
      closed: (job) => load.call('closed', { ...job, target }),
      open: (job) => load.call('open', { ...job, target }),
    };
  };
  const product = await overHttp('product');
  const loop = testbed.start('bare loop', 'evidence/bench/processes/bare.js');
  const bare: Sender = {
    process: loop,
    client: undefined,
    // Its orders are the product's own, so that both signal the same kind of workflow.
    target: product.target,
    closed: (job) => loop.call('closed', job),
    open: (job) => loop.call('open', job),
  };
  return { product, bare, textbook: await overHttp('textbook') };
}

type Opened = Readonly<Record<Contender, Pick<Job, 'sessions' | 'workflowIds'>>>;

/** Fresh orders for each contender, so that none comes near the most signals that a run may have. */
async function openOrders(
  { load }: Testbed,
  senders: Readonly<Record<Contender, Sender>>,
  count: number,
): Promise<Opened> {
  const opened = {} as Record<Contender, Opened[Contender]>;
  for (const name of contenders) {
    const sessions = newSessions(count);
    const { target } = senders[name];
    expectAll(
      await load.call<Done>('start', { target, sessions, by: 'pending', concurrency: 16 }),
      202,
      name,
    );
    opened[name] = { sessions, workflowIds: sessions.map((session) => `${account}:${session}`) };
  }
  return opened;
}

async function measureClosed(
  { serverPid }: Testbed,
  sender: Sender,
  job: Job & { readonly concurrency: number },
): Promise<Closed> {
  const pids = { signalling: sender.process.pid, server: serverPid };
  const { value, cpu } = await withCpu(pids, () => sender.closed(job));
  expectAll(value, 202, sender.process.name);
  const each = 1000 / job.count;
  return {
    perSecond: value.perSecond,
    cpuMsPerAck: cpu.signalling * each,
    serverCpuMsPerAck: cpu.server * each,
    clientCpuMsPerAck: sender.client ? value.cpuSeconds * each : 0,
  };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const closed = (name: Contender, concurrency: Concurrency, of: keyof Closed) =>
    rounds.map((round) => round.closed[concurrency][name][of]);
  const open = (name: 'product' | 'bare', of: 'p50' | 'p95' | 'p99') =>
    rounds.map((round) => round.open[name][of]);
  return [
    ...concurrencies.flatMap((C) => [
      ...contenders.map((name) =>
        figure(
          {
            name: `acknowledgements, C=${C}: ${name}`,
            unit: '1/s',
            tags: { measure: 'acknowledgements', concurrency: C, variant: name },
          },
          closed(name, C, 'perSecond'),
        ),
      ),
      ratioFigure(
        { name: `acknowledgements, C=${C}: product / bare loop`, target: { atLeast: 0.9 } },
        closed('product', C, 'perSecond'),
        closed('bare', C, 'perSecond'),
      ),
    ]),
    ...contenders.flatMap((name) => [
      figure(
        {
          name: `CPU an acknowledgement, C=16: ${name === 'bare' ? 'bare loop' : `${name} API`}`,
          unit: 'ms',
          tags: { measure: 'acknowledgement CPU', process: 'api', variant: name },
        },
        closed(name, 16, 'cpuMsPerAck'),
      ),
      figure(
        {
          name: `CPU an acknowledgement, C=16: Temporal server under ${name}`,
          unit: 'ms',
          tags: { measure: 'acknowledgement CPU', process: 'server', variant: name },
        },
        closed(name, 16, 'serverCpuMsPerAck'),
      ),
    ]),
    figure(
      { name: 'CPU an acknowledgement, C=16: load client', unit: 'ms' },
      closed('product', 16, 'clientCpuMsPerAck'),
    ),
    ratioFigure(
      { name: 'CPU an acknowledgement, C=16: product API / textbook API', target: { atMost: 0.6 } },
      closed('product', 16, 'cpuMsPerAck'),
      closed('textbook', 16, 'cpuMsPerAck'),
    ),
    figure(
      { name: 'open loop: rate', unit: '1/s' },
      rounds.map(({ openPerSecond }) => openPerSecond),
    ),
    ...(['p50', 'p95', 'p99'] as const).flatMap((percentile) =>
      (['product', 'bare'] as const).map((name) =>
        figure(
          {
            name: `open loop: ${percentile} of ${name}`,
            unit: 'ms',
            tags: { measure: 'open loop', percentile, variant: name },
          },
          open(name, percentile),
        ),
      ),
    ),
    ratioFigure(
      { name: 'open loop: p99 of product / bare loop', target: { atMost: 1.25 } },
      open('product', 'p99'),
      open('bare', 'p99'),
    ),
  ];
}

function notesOf({ isShort }: Context, orders: number): string[] {
  return [
    `${orders} open orders for each contender and round, each hook news to its order, no worker polls.`,
    'The bare loop has no HTTP client beside it: on few cores the client of the others takes CPU that the loop has for itself.',
    ...(isShort ? ['Short: so few hooks that CPU times are coarse (they are counted in 10 ms).'] : []),
  ];
}
