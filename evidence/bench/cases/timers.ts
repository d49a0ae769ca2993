import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { figure } from '../figures.ts';
import type { DueOrder } from '../load/jobs.ts';
import { untilCounted } from '../testbed/until-counted.ts';
import type { TestbedAccount } from '../testbed/testbed.ts';
import { newSessions, startVariant } from '../testbed/variant.ts';
import { quantile } from '../stats.ts';
import type { Case } from './case.ts';

// Timers count from a read, and ten thousand reads take minutes. So each slice of orders is started in an account of its
// own whose recheck is as many seconds shorter as the slice is later, and all of them fall due together.
const sliceMs = 1_000;
const never = '30d';

interface Sizes {
  readonly orders: number;
  /** So many are started beforehand, to know how long all will take. */
  readonly probe: number;
  /** How long the starting may take at most. */
  readonly startSeconds: number;
}

const sizes: Readonly<Record<'full' | 'short', Sizes>> = {
  full: { orders: 10_000, probe: 300, startSeconds: 400 },
  short: { orders: 200, probe: 32, startSeconds: 6 },
};

/** The last order is started that long before all fall due. */
const restSeconds = 5;

export const timers: Case = {
  name: 'timers',
  title:
    'timers that fall due together: how long until the provider has been read for every one of the orders',
  defaultRounds: 1,
  async run({ isShort, openTestbed, say }) {
    const { orders, probe, startSeconds: most } = sizes[isShort ? 'short' : 'full'];
    const accounts = accountsFor(most);
    const testbed = await openTestbed({ accounts });
    const { api, worker } = await startVariant(testbed, 'product');
    // Hundreds of accounts are the bench's own doing, so the orders do not compete with the start of their sweeps.
    const schedules = 2 * accounts.length;
    const scheduled = await untilCounted(
      () => countSchedules(testbed.client),
      schedules,
      (line) => say(`schedules: ${line}`),
    );
    if (scheduled < schedules) throw new Error(`only ${scheduled} of ${schedules} sweeps were scheduled`);
    const startAll = async (sessions: readonly string[], dueAt: number) => {
      await testbed.setProvider(sessions, 'pending');
      const startBefore = dueAt - restSeconds * 1000;
      const job = { url: api.url, sessions, dueAt, startBefore, sliceMs, concurrency: 16 };
      return testbed.load.call<DueOrder[]>('startDue', job);
    };
    const probedAt = Date.now();
    await startAll(newSessions(probe), probedAt + most * 1000);
    const startSeconds = Math.min(most, (1.3 * (Date.now() - probedAt) * orders) / probe / 1000);

    const dueAt = Date.now() + (startSeconds + restSeconds) * 1000;
    const started: DueOrder[] = [];
    for (let saidAt = 0; started.length < orders && Date.now() < dueAt - restSeconds * 1000;) {
      const sessions = newSessions(Math.min(isShort ? 32 : 200, orders - started.length));
      started.push(...(await startAll(sessions, dueAt)));
      if (Date.now() - saidAt < 5_000) continue;
      saidAt = Date.now();
      say(
        `${started.length}/${orders} orders wait, ${Math.round((dueAt - Date.now()) / 1000)} s until their timers fall due`,
      );
    }
    const sessions = started.map(({ session }) => session);
    await testbed.provider.call('mark', sessions);
    const readAgain = () => testbed.provider.call<number>('readSinceMark');
    await delay(Math.max(0, dueAt - Date.now()));
    const early = await readAgain();
    const again = await untilCounted(readAgain, sessions.length, (line) => say(`read again: ${line}`));
    const seconds = (Date.now() - dueAt) / 1000;
    const off = started.map((order) => Math.abs(order.dueAt - dueAt) / 1000);
    await worker.stop();
    return {
      figures: [
        figure({ name: 'timers due together', unit: '' }, [sessions.length]),
        figure({ name: 'half of them due within, of the moment', unit: 's' }, [quantile(off, 0.5)]),
        figure({ name: 'nearly all (95 %) due within, of the moment', unit: 's' }, [quantile(off, 0.95)]),
        figure({ name: 'read again before the moment', unit: '' }, [early]),
        figure({ name: 'all read again after', unit: 's' }, [seconds]),
        figure({ name: 'reads a second', unit: '1/s' }, [(again - early) / seconds]),
        figure({ name: 'orders that were not read again', unit: '', target: { atMost: 0 } }, [
          sessions.length - again,
        ]),
      ],
      rounds: [{ orders: sessions.length, early, seconds }],
      notes: [
        `${sessions.length} orders that are pending, each started in an account whose recheck then falls due at one moment, the same for all. When it does is the time of the order’s last read and the account’s pause.`,
        ...(sessions.length < orders
          ? [`${orders} were wanted; so many could be started in ${startSeconds.toFixed(0)} s.`]
          : []),
      ],
    };
  },
};

async function countSchedules({ schedule }: Client): Promise<number> {
  let count = 0;
  for await (const _ of schedule.list()) count++;
  return count;
}

/** The account of a slice waits until the common moment, counted from the middle of the slice. */
function accountsFor(startSeconds: number): TestbedAccount[] {
  const slices = Math.ceil(((startSeconds + restSeconds) * 1000) / sliceMs) + 1;
  return [
    { id: 'bench', policy: {} },
    ...Array.from({ length: slices }, (_, slice) => ({
      id: `slice-${slice}`,
      policy: { pending: { recheck: [`${(slice + 1) * sliceMs}ms`, never], escalate: [never] } },
    })),
  ];
}
