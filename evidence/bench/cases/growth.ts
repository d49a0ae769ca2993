import { setTimeout as delay } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { orderQueue } from '../../../src/workflows/contract/queues.ts';
import { figure } from '../figures.ts';
import type { Done, StartJob } from '../load/jobs.ts';
import { residentBytesOf, withCpu } from '../testbed/cpu.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { summarise } from '../stats.ts';
import type { Case } from './case.ts';

const levels = { full: [100, 2_000, 20_000], short: [20, 100] };
const month = '30d';
const policy = { pending: { recheck: [month] }, settled: { recheck: [month] }, abandonAfter: month };

/** A service of its own, with its own Temporal server. */
interface Place {
  readonly testbed: Testbed;
  readonly variant: Variant;
}

interface Turn {
  readonly perSecond: number;
  readonly changeMs: number;
  /** CPU of one payment, milliseconds. */
  readonly cpuMs: { readonly server: number; readonly worker: number };
}

export const growth: Case = {
  name: 'growth',
  title: 'payments a second at C=16 while ever more idle orders are open, beside a service that has few',
  defaultRounds: 1,
  async run({ isShort, openTestbed, growth: wanted, say }) {
    const [first, ...more] = wanted ?? levels[isShort ? 'short' : 'full'];
    const payments = isShort ? 16 : 96;
    const turns = isShort ? 1 : 5;
    const open = async (): Promise<Place> => {
      const testbed = await openTestbed({ accounts: [{ id: 'bench', policy }], isOnDisk: true });
      const variant = await startVariant(testbed, 'product', isShort ? 8 : 64);
      await openMore({ testbed, variant }, first!, () => {});
      return { testbed, variant };
    };
    const [few, many] = [await open(), await open()];
    const reached = [];
    let count = first!;
    for (const level of more) {
      await openMore(many, level - count, (done) => say(`${count + done}/${level} open`));
      count = level;
      const played: { few: Turn; many: Turn }[] = [];
      for (let turn = 0; turn < turns; turn++) {
        // Which comes first changes, as a machine gets slower or faster.
        const [one, other] = turn % 2 === 0 ? [few, many] : [many, few];
        const [a, b] = [await live(one, payments), await live(other, payments)];
        played.push(one === few ? { few: a, many: b } : { few: b, many: a });
      }
      reached.push({ open: level, played, ...memoryOf(many) });
      const { median } = summarise(played.map((turn) => turn.many.perSecond / turn.few.perSecond));
      say(`${level} open: ${median.toFixed(2)} of the rate with ${first}`);
    }
    return {
      figures: reached.flatMap(({ open: level, played, serverMiB, workerMiB }) => [
        figure(
          {
            name: `rate with ${level} open / with ${first}`,
            unit: '×',
            target: { atLeast: 0.7 },
            tags: { measure: 'growth', open: level },
          },
          played.map((turn) => turn.many.perSecond / turn.few.perSecond),
        ),
        figure(
          { name: `payments with ${level} open orders`, unit: '1/s' },
          played.map((turn) => turn.many.perSecond),
        ),
        figure(
          { name: `payments with ${first}, in the same turns`, unit: '1/s' },
          played.map((turn) => turn.few.perSecond),
        ),
        figure(
          { name: `change to visible with ${level} open orders, p50`, unit: 'ms' },
          played.map((turn) => turn.many.changeMs),
        ),
        ...(['server', 'worker'] as const).map((process) =>
          figure(
            { name: `CPU of a payment with ${level} open / with ${first}: ${process}`, unit: '×' },
            played.map((turn) => turn.many.cpuMs[process] / turn.few.cpuMs[process]),
          ),
        ),
        figure({ name: `memory of the server with ${level} open orders`, unit: 'MiB' }, [serverMiB]),
        figure({ name: `memory of the worker with ${level} open orders`, unit: 'MiB' }, [workerMiB]),
      ]),
      rounds: reached,
      notes: [
        `Idle orders are registered and wait for their shopper, a month if need be; the worker’s cache has its default size. At each level ${turns} turns of ${payments} payments, with a look every 40 ms, each beside as many of another service that has ${first} open orders.`,
        'The dev server keeps its state in a file, which it leaves the system to write: in memory, 85,000 orders took it past 22 GiB.',
      ],
    };
  },
};

// Registering is answered when it is durable: what is opened must not run far ahead of the worker that places it.
const mostAhead = 1_000;

async function openMore(
  { testbed, variant: { target } }: Place,
  count: number,
  say: (done: number) => void,
): Promise<void> {
  let saidAt = performance.now();
  for (let done = 0; done < count;) {
    const sessions = newSessions(Math.min(200, count - done));
    await registerAll(testbed, { target, sessions, by: 'registration', concurrency: 16 });
    done += sessions.length;
    await untilBacklog(testbed, done < count ? mostAhead : 0);
    if (performance.now() - saidAt < 10_000) continue;
    saidAt = performance.now();
    say(done);
  }
}

/** A server that stalls for a moment has a few refused; they are registered again, as a shop would. */
async function registerAll({ load }: Testbed, job: StartJob): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { outcomes } = await load.call<Done>('start', job);
    const others = Object.keys(outcomes).filter((outcome) => outcome !== '201' && outcome !== '200');
    if (others.length === 0) return;
    if (tries === 5 || others.some((outcome) => outcome !== '503'))
      throw new Error(`registering was answered ${JSON.stringify(outcomes)}`);
  }
}

/** Waits until so few workflow tasks wait for the worker. */
async function untilBacklog({ client }: Testbed, most: number): Promise<void> {
  for (;;) {
    const { stats } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: orderQueue },
      taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
      reportStats: true,
    });
    if (Number(stats?.approximateBacklogCount ?? 0) <= most) return;
    await delay(200);
  }
}

async function live({ testbed, variant }: Place, payments: number): Promise<Turn> {
  const pids = { server: testbed.serverPid, worker: variant.pids.worker };
  const { value: done, cpu } = await withCpu(pids, () =>
    variant.live({ sessions: newSessions(payments), concurrency: 16, pollMs: 40 }),
  );
  expectAll(done, 200, 'product');
  const cpuMs = { server: (cpu.server * 1000) / payments, worker: (cpu.worker * 1000) / payments };
  return { perSecond: done.perSecond, changeMs: done.changeMs.p50, cpuMs };
}

function memoryOf({ testbed, variant }: Place): { serverMiB: number; workerMiB: number } {
  const mebibytesOf = (pid: number) => residentBytesOf(pid) / 2 ** 20;
  return { serverMiB: mebibytesOf(testbed.serverPid), workerMiB: mebibytesOf(variant.worker.pid) };
}
