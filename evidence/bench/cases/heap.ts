import { figure, type Figure } from '../figures.ts';
import type { Done, Target } from '../load/jobs.ts';
import { residentBytesOf } from '../testbed/cpu.ts';
import type { Callee } from '../../kit/calls.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions } from '../testbed/variant.ts';
import type { VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

const kinds = ['product', 'textbook', 'idle'] as const;
type Kind = (typeof kinds)[number];

/** How many orders are cached before, then, and at last; the first also warms the worker up. */
interface Sizes {
  readonly few: number;
  readonly some: number;
  readonly many: number;
}

const sizes: Readonly<Record<'full' | 'short', Sizes>> = {
  full: { few: 100, some: 500, many: 1_700 },
  short: { few: 20, some: 50, many: 80 },
};

/** KiB for one more cached order. */
interface Cost {
  readonly heapOfSome: number;
  readonly heapOfMany: number;
  readonly residentOfMany: number;
}

interface Look {
  readonly heapBytes: number;
  readonly residentBytes: number;
}

export const heap: Case = {
  name: 'heap',
  title: 'memory of a worker for one more cached, idle order, against a workflow that does nothing',
  defaultRounds: 2,
  async run({ rounds: count, isShort, openTestbed, buildPath, say }) {
    const size = sizes[isShort ? 'short' : 'full'];
    const nodeArgs = ['--expose-gc', '--import', buildPath('evidence/bench/processes/heap-probe.js')];
    const testbed = await openTestbed();
    const fillers: Record<Kind, (more: number) => Promise<void>> = {
      product: filler(testbed, { variant: 'product', url: (await testbed.startApi('product')).url }),
      textbook: filler(testbed, { variant: 'textbook', url: (await testbed.startApi('textbook')).url }),
      idle: (more) => startIdle(testbed, more),
    };

    const rounds: Record<Kind, Cost>[] = [];
    for (let round = 0; round < count; round++) {
      const costs = {} as Record<Kind, Cost>;
      for (const kind of kinds) {
        const worker = testbed.startWorker(kind, { nodeArgs });
        costs[kind] = await costIn(worker, fillers[kind], size);
        await worker.stop();
        say(`round ${round + 1}/${count}, ${kind}: ${costs[kind].heapOfMany.toFixed(1)} KiB`);
      }
      rounds.push(costs);
    }
    const notes = [
      `In a worker process of its own, with its default cache: the heaps of all of its threads, each after two full collections, with ${size.some} and ${size.many} orders less with ${size.few}, by the number between. Orders of the product and the textbook are placed and wait.`,
    ];
    return { figures: figuresOf(rounds, size), rounds, notes };
  },
};

async function costIn(
  worker: Callee,
  fill: (more: number) => Promise<void>,
  { few, some, many }: Sizes,
): Promise<Cost> {
  await fill(few);
  const first = await look(worker);
  await fill(some - few);
  const second = await look(worker);
  await fill(many - some);
  const third = await look(worker);
  const each = (bytes: number, orders: number) => bytes / orders / 1024;
  return {
    heapOfSome: each(second.heapBytes - first.heapBytes, some - few),
    heapOfMany: each(third.heapBytes - first.heapBytes, many - few),
    residentOfMany: each(third.residentBytes - first.residentBytes, many - few),
  };
}

async function look(worker: Callee): Promise<Look> {
  const heaps = await worker.call<{ usedBytes: number }[]>('heaps');
  if (heaps.length < 2) throw new Error('the thread that runs workflows did not answer');
  const heapBytes = heaps.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  return { heapBytes, residentBytes: residentBytesOf(worker.pid) };
}

/** Fills a cache with orders that are placed, each by one hook. */
function filler({ load, setProvider }: Testbed, target: Target & { variant: VariantName }) {
  return async (more: number) => {
    const sessions = newSessions(more);
    await setProvider(sessions, 'approved');
    const start = { target, sessions, by: 'approved', concurrency: 8 };
    expectAll(await load.call<Done>('start', start), 202, target.variant);
    const shown = { target, sessions, status: 'placed', concurrency: 8, pollMs: 20 };
    expectAll(await load.call<Done>('shown', shown), 200, target.variant);
  };
}

async function startIdle({ client }: Testbed, more: number): Promise<void> {
  const handles = [];
  for (const workflowId of newSessions(more))
    handles.push(await client.workflow.start('idle', { workflowId, taskQueue: 'idle', args: [] }));
  // Its first task is its only one.
  for (const handle of handles) while ((await handle.describe()).historyLength < 4) continue;
}

function figuresOf(rounds: readonly Readonly<Record<Kind, Cost>>[], { few, some, many }: Sizes): Figure[] {
  const named = { product: 'product', textbook: 'textbook', idle: 'a workflow that does nothing' };
  const cost = (kind: Kind, of: keyof Cost) => rounds.map((round) => round[kind][of]);
  return kinds.flatMap((kind) => [
    figure(
      { name: `heap an order, ${some - few} more: ${named[kind]}`, unit: 'KiB' },
      cost(kind, 'heapOfSome'),
    ),
    figure(
      {
        name: `heap an order, ${many - few} more: ${named[kind]}`,
        unit: 'KiB',
        tags: { measure: 'heap', variant: kind },
        ...(kind === 'product' && { target: { atMost: 70 } }),
      },
      cost(kind, 'heapOfMany'),
    ),
    figure(
      { name: `resident memory an order, ${many - few} more: ${named[kind]}`, unit: 'KiB' },
      cost(kind, 'residentOfMany'),
    ),
  ]);
}
