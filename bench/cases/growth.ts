import { figure } from '../figures.ts';
import type { Done } from '../load/jobs.ts';
import { residentBytesOf } from '../stage/cpu.ts';
import type { Stage } from '../stage/stage.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../stage/variant.ts';
import { summarize } from '../stats.ts';
import type { Case } from './case.ts';

const levels = { full: [100, 2_000, 20_000], short: [20, 100] };
const patience = { settled: { recheck: ['30d'] } };

interface Level {
  readonly open: number;
  readonly perSecond: readonly number[];
  readonly changeP50: number;
  readonly serverMiB: number;
  readonly workerMiB: number;
}

export const growth: Case = {
  name: 'growth',
  title: 'payments a second at C=16 while ever more idle orders are open',
  defaultRounds: 1,
  async run({ isShort, openStage, growth: wanted, say }) {
    const stage = await openStage([{ id: 'bench', patience }]);
    const variant = await startVariant(stage, 'product', isShort ? 8 : 64);
    const payments = isShort ? 16 : 96;
    const turns = isShort ? 1 : 3;
    const reached: Level[] = [];
    let open = 0;
    for (const level of wanted ?? levels[isShort ? 'short' : 'full']) {
      await openMore(stage, variant, level - open, (done) => say(`${open + done}/${level} open`));
      open = level;
      reached.push(await measure(stage, variant, open, { payments, turns }));
      const { median } = summarize(reached.at(-1)!.perSecond);
      say(`${open} open: ${median.toFixed(1)} payments/s`);
    }
    const [first] = reached;
    const base = summarize(first!.perSecond).median;
    return {
      figures: reached.flatMap((level) => [
        figure(
          {
            name: `payments with ${level.open} open orders`,
            unit: '1/s',
            tags: { measure: 'growth', open: level.open },
          },
          level.perSecond,
        ),
        figure({ name: `change to visible with ${level.open} open orders, p50`, unit: 'ms' }, [
          level.changeP50,
        ]),
        ...(level === first
          ? []
          : [
              figure(
                {
                  name: `rate with ${level.open} open / with ${first!.open}`,
                  unit: '×',
                  target: { atLeast: 0.7 },
                },
                [summarize(level.perSecond).median / base],
              ),
            ]),
        figure({ name: `memory of the server with ${level.open} open orders`, unit: 'MiB' }, [
          level.serverMiB,
        ]),
        figure({ name: `memory of the worker with ${level.open} open orders`, unit: 'MiB' }, [
          level.workerMiB,
        ]),
      ]),
      rounds: reached,
      notes: [
        `Idle orders are placed and wait for thirty days; the worker’s cache has its default size. ${turns} turns of ${payments} payments at each level, with a look every 40 ms.`,
        'The dev server keeps everything in memory: its own growth is in these figures.',
      ],
    };
  },
};

async function openMore(
  { load, setProvider }: Stage,
  { target }: Variant,
  count: number,
  say: (done: number) => void,
): Promise<void> {
  let saidAt = performance.now();
  for (let done = 0; done < count;) {
    const sessions = newSessions(Math.min(200, count - done));
    await setProvider(sessions, 'approved');
    const start = { target, sessions, by: 'approved', concurrency: 16 };
    expectAll(await load.call<Done>('start', start), 202, 'product');
    const shown = { target, sessions, status: 'placed', concurrency: 16, pollMs: 40 };
    expectAll(await load.call<Done>('shown', shown), 200, 'product');
    done += sessions.length;
    if (performance.now() - saidAt < 10_000) continue;
    saidAt = performance.now();
    say(done);
  }
}

async function measure(
  { serverPid }: Stage,
  { live, worker }: Variant,
  open: number,
  { payments, turns }: { readonly payments: number; readonly turns: number },
): Promise<Level> {
  const lived = [];
  for (let turn = 0; turn < turns; turn++) {
    const done = await live({ sessions: newSessions(payments), concurrency: 16, pollMs: 40 });
    expectAll(done, 200, 'product');
    lived.push(done);
  }
  return {
    open,
    perSecond: lived.map(({ perSecond }) => perSecond),
    changeP50: summarize(lived.map(({ changeMs }) => changeMs.p50)).median,
    serverMiB: residentBytesOf(serverPid) / 2 ** 20,
    workerMiB: residentBytesOf(worker.pid) / 2 ** 20,
  };
}
