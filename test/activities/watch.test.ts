import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createDeskActivities,
  type StuckOrders,
  type WatchRequest,
  type Which,
} from '../../src/activities/desk.ts';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { concerns, SharedPoll, type Snapshot } from '../../src/activities/shared-poll.ts';

const calm: Snapshot = { total: 0, lately: new Set() };

describe('what a look at all accounts tells a desk', () => {
  const beat = (total: number, ...lately: string[]): Snapshot => ({ total, lately: new Set(lately) });

  test.each<[string, Snapshot, { stuck: number; before: Snapshot | undefined }, boolean]>([
    ['nothing opened and nothing ended', beat(7), { stuck: 3, before: beat(7) }, false],
    ['one of its own opened', beat(8, 'acme-se'), { stuck: 3, before: beat(7) }, true],
    ['one of another account opened', beat(8, 'acme-no'), { stuck: 3, before: beat(7) }, false],
    ['one ended, maybe its own', beat(6), { stuck: 3, before: beat(7) }, true],
    ['one ended, and it has none', beat(6), { stuck: 0, before: beat(7) }, false],
    [
      'too many opened to tell whose',
      { total: 2_000, lately: undefined },
      { stuck: 0, before: beat(7) },
      true,
    ],
    ['the first look', beat(7), { stuck: 3, before: undefined }, false],
  ])('%s', (_, seen, known, expected) => {
    expect(concerns(seen, 'acme-se', known)).toBe(expected);
  });
});

describe('a pulse', () => {
  test('is shared as long as it is fresh, and looks back far enough', async () => {
    const looks: number[] = [];
    const clock = { now: 1_000_000 };
    const look = async (since: number) => {
      looks.push(since);
      return { ...calm, total: looks.length };
    };
    const pulse = new SharedPoll({ look, sharedMs: 1_000, now: () => clock.now });
    const first = await Promise.all([pulse.snapshot(), pulse.snapshot()]);
    clock.now += 999;
    const shared = await pulse.snapshot();
    clock.now += 1;
    const next = await pulse.snapshot();
    expect([...first, shared, next].map(({ total }) => total)).toEqual([1, 1, 1, 2]);
    expect(looks).toEqual([985_000, 986_000]);
  });

  test('that fails, fails for those who share it and not for those who come later', async () => {
    const clock = { now: 0 };
    let fails = true;
    const look = async () => {
      if (fails) throw new Error('visibility is away');
      return calm;
    };
    const pulse = new SharedPoll({ look, sharedMs: 1_000, now: () => clock.now });
    await expect(pulse.snapshot()).rejects.toThrow('visibility is away');
    await expect(pulse.snapshot()).rejects.toThrow('visibility is away');
    fails = false;
    clock.now += 1_000;
    await expect(pulse.snapshot()).resolves.toEqual(calm);
  });
});

/** Stuck orders by account, and what was asked about them. */
class Stuck implements StuckOrders {
  readonly counts = new Map<string, number>();
  readonly asked: string[] = [];
  readonly beats: Snapshot[] = [];
  lately = new Set<string>();

  async count(account: string, { minLevel = 1, window }: Which): Promise<number> {
    this.asked.push(account);
    return minLevel > 1 || window?.to !== undefined ? 0 : (this.counts.get(account) ?? 0);
  }

  async beat(): Promise<Snapshot> {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const beat = { total, lately: this.lately };
    this.beats.push(beat);
    return beat;
  }

  list = async () => [];
  probeTargets = async () => [];
  recheck = async () => true;
}

function watch(census: StuckOrders, requests: readonly WatchRequest[]) {
  const { watchEscalations } = createDeskActivities({
    stuckOrders: census,
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

test('three hundred calm accounts are looked at together, and the one that gets stuck is heard of', async () => {
  const census = new Stuck();
  const accounts = Array.from({ length: 300 }, (_, n) => `account-${n}`);
  const desks = watch(
    census,
    accounts.map((account) => ({ account, incidents: [] })),
  );
  try {
    await until(() => new Set(census.asked).size === accounts.length);
    await until(() => census.beats.length >= 60);
    // Each desk counts for itself at every fifteenth of its looks, and no two of its looks share a beat.
    expect(census.asked.length).toBeLessThanOrEqual(accounts.length * (1 + census.beats.length / 15));

    census.counts.set('account-7', 1);
    census.lately = new Set(['account-7']);
    const survey = await desks.surveys[7];
    expect(survey).toEqual({ incidents: [], gaps: [{ from: 0, count: 1, level: 1 }] });
  } finally {
    await desks.stop();
  }
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
