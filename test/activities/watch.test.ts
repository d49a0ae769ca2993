import { MockActivityEnvironment } from '@temporalio/testing';
import { createDeskActivities, type WatchRequest } from '../../src/activities/desk.ts';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { mayConcern, SharedPoll } from '../../src/activities/shared-poll.ts';
import type { Snapshot, StuckFilter, StuckOrders } from '../../src/activities/stuck-orders.ts';

const calm: Snapshot = { total: 0, recent: new Set() };

describe('whether a snapshot of all accounts concerns one', () => {
  const snapshot = (total: number, ...recent: string[]): Snapshot => ({ total, recent: new Set(recent) });

  test.each<[string, Snapshot, { stuck: number; previous: Snapshot | undefined }, boolean]>([
    ['nothing opened and nothing ended', snapshot(7), { stuck: 3, previous: snapshot(7) }, false],
    ['one of its own opened', snapshot(8, 'acme-se'), { stuck: 3, previous: snapshot(7) }, true],
    ['one of another account opened', snapshot(8, 'acme-no'), { stuck: 3, previous: snapshot(7) }, false],
    ['one ended, maybe its own', snapshot(6), { stuck: 3, previous: snapshot(7) }, true],
    ['one ended, and it has none', snapshot(6), { stuck: 0, previous: snapshot(7) }, false],
    [
      'too many opened to tell whose',
      { total: 2_000, recent: undefined },
      { stuck: 0, previous: snapshot(7) },
      true,
    ],
    ['the first look', snapshot(7), { stuck: 3, previous: undefined }, false],
  ])('%s', (_, seen, known, expected) => {
    expect(mayConcern(seen, 'acme-se', known)).toBe(expected);
  });
});

describe('a shared poll', () => {
  test('is shared as long as it is fresh, and looks back far enough', async () => {
    const looks: number[] = [];
    const clock = { now: 1_000_000 };
    const poll = async (since: number) => {
      looks.push(since);
      return { ...calm, total: looks.length };
    };
    const sharedPoll = new SharedPoll({ poll, sharedMs: 1_000, now: () => clock.now });
    const first = await Promise.all([sharedPoll.snapshot(), sharedPoll.snapshot()]);
    clock.now += 999;
    const shared = await sharedPoll.snapshot();
    clock.now += 1;
    const next = await sharedPoll.snapshot();
    expect([...first, shared, next].map(({ total }) => total)).toEqual([1, 1, 1, 2]);
    expect(looks).toEqual([985_000, 986_000]);
  });

  test('that fails, fails for those who share it and not for those who come later', async () => {
    const clock = { now: 0 };
    let fails = true;
    const poll = async () => {
      if (fails) throw new Error('visibility is away');
      return calm;
    };
    const sharedPoll = new SharedPoll({ poll, sharedMs: 1_000, now: () => clock.now });
    await expect(sharedPoll.snapshot()).rejects.toThrow('visibility is away');
    await expect(sharedPoll.snapshot()).rejects.toThrow('visibility is away');
    fails = false;
    clock.now += 1_000;
    await expect(sharedPoll.snapshot()).resolves.toEqual(calm);
  });
});

/** Stuck orders by account, and what was asked about them. */
class FakeStuckOrders implements StuckOrders {
  readonly counts = new Map<string, number>();
  readonly asked: string[] = [];
  readonly snapshots: Snapshot[] = [];
  recent = new Set<string>();

  async count(account: string, { minLevel = 1, window }: StuckFilter): Promise<number> {
    this.asked.push(account);
    return minLevel > 1 || window?.to !== undefined ? 0 : (this.counts.get(account) ?? 0);
  }

  async snapshot(): Promise<Snapshot> {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const snapshot = { total, recent: this.recent };
    this.snapshots.push(snapshot);
    return snapshot;
  }

  list = async () => [];
  probeTargets = async () => [];
  recheck = async () => true;
}

function watch(stuckOrders: StuckOrders, requests: readonly WatchRequest[]) {
  const { watchEscalations } = createDeskActivities({
    stuckOrders,
    channels: new Map(),
    clientOf: () => undefined,
    breaker: new CircuitBreaker({ report: () => undefined, now: Date.now }),
    boardUrlOf: () => '',
    everyMs: 10,
  });
  const desks = requests.map((request) => {
    const environment = new MockActivityEnvironment();
    return { environment, survey: environment.run(watchEscalations, request) };
  });
  return {
    surveys: desks.map(({ survey }) => survey),
    async stop(): Promise<void> {
      for (const { environment } of desks) environment.cancel();
      await Promise.allSettled(desks.map(({ survey }) => survey));
    },
  };
}

test('three hundred calm accounts share the polls, and the one that gets stuck is noticed', async () => {
  const stuckOrders = new FakeStuckOrders();
  const accounts = Array.from({ length: 300 }, (_, n) => `account-${n}`);
  const desks = watch(
    stuckOrders,
    accounts.map((account) => ({ account, incidents: [] })),
  );
  try {
    await until(() => new Set(stuckOrders.asked).size === accounts.length);
    await until(() => stuckOrders.snapshots.length >= 60);
    // Each desk counts its own account at every fifteenth poll, and no two of its polls share a snapshot.
    expect(stuckOrders.asked.length).toBeLessThanOrEqual(
      accounts.length * (1 + stuckOrders.snapshots.length / 15),
    );

    stuckOrders.counts.set('account-7', 1);
    stuckOrders.recent = new Set(['account-7']);
    const survey = await desks.surveys[7];
    expect(survey).toEqual({ incidents: [], gaps: [{ from: 0, count: 1, level: 1 }] });
  } finally {
    await desks.stop();
  }
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
