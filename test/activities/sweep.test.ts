import { MockActivityEnvironment } from '@temporalio/testing';
import type { Reminder } from '../../src/domain/alerting/reminder.ts';
import type { Order } from '../../src/domain/order/view.ts';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import {
  createSweepActivities,
  type SweepDependencies,
  type SweptOrders,
} from '../../src/activities/sweep.ts';

const clock = 1_000_000;

function activitiesOf(orders: Partial<SweptOrders>, remind: SweepDependencies['remind'] = async () => {}) {
  return createSweepActivities({
    orders: {
      async *running() {},
      gone: async () => [],
      failing: async () => [],
      overdue: async () => [],
      reopen: async () => true,
      recheck: async () => true,
      async *resolved() {},
      remindAfter: () => undefined,
      tellPaidTwice: async () => ({ told: 0, undecided: 0 }),
      ...orders,
    },
    clientOf: () => undefined,
    breaker: new CircuitBreaker({ report: () => undefined, now: Date.now }),
    remind,
    now: () => clock,
  });
}

const request = { account: 'acme-se', key: 'a-sweep' };

function sweepOf(orders: Partial<SweptOrders>) {
  return new MockActivityEnvironment().run(activitiesOf(orders).sweepOrders, request);
}

test('an overdue order that cannot be asked is not counted, and those after it are asked', async () => {
  const asked: string[] = [];
  const report = await sweepOf({
    overdue: async () => ['a', 'b', 'c'],
    recheck: async (id, { key, by }) => {
      asked.push(`${id} ${key} ${by}`);
      return id !== 'b';
    },
  });
  expect(asked).toEqual(['a a-sweep sweep', 'b a-sweep sweep', 'c a-sweep sweep']);
  expect(report).toMatchObject({ rechecked: 2 });
});

test('an order that somebody else has opened meanwhile is not counted', async () => {
  const report = await sweepOf({ gone: async () => ['a', 'b'], reopen: async (id) => id === 'a' });
  expect(report).toMatchObject({ reopened: 1, examples: { reopened: ['a'] } });
});

test('when Temporal is away the sweep fails, and is tried again', async () => {
  const recheck = () => Promise.reject(new Error('unavailable'));
  await expect(sweepOf({ overdue: async () => ['a'], recheck })).rejects.toThrow('unavailable');
});

test.each([
  ['begins a minute before this one', { told: 2, undecided: 0 }, 500, clock - 60_000],
  ['never begins earlier than this one', { told: 0, undecided: 0 }, clock - 10, clock - 10],
  ['begins with this one, where an order could not be asked', { told: 0, undecided: 1 }, 500, 500],
])('the next look for paid orders %s', async (_, found, since, lookedUntil) => {
  const asked: unknown[] = [];
  const { findPaidTwice } = activitiesOf({
    tellPaidTwice: async (account, look) => {
      asked.push([account, look.since, look.key]);
      return found;
    },
  });
  const report = await new MockActivityEnvironment().run(findPaidTwice, { ...request, since });
  expect(report).toEqual({ ...found, lookedUntil });
  expect(asked).toEqual([['acme-se', since, 'a-sweep']]);
});

describe('reminders', () => {
  const resolvedAt = (ago: number, id: string) =>
    ({
      id,
      escalation: {
        state: 'resolved',
        level: 1,
        reasons: ['pending'],
        resolved: { by: 'ada', at: new Date(clock - ago).toISOString(), reason: 'x' },
      },
    }) as unknown as Order;

  async function remindersOf(since: number | undefined, held: readonly Order[]) {
    const sent: [string, Reminder][] = [];
    const { remindOfResolved } = activitiesOf(
      {
        remindAfter: () => 1_000,
        async *resolved() {
          yield* held;
        },
      },
      async (account, reminder) => void sent.push([account, reminder]),
    );
    const asked = { ...request, ...(since !== undefined && { since }) };
    return { report: await new MockActivityEnvironment().run(remindOfResolved, asked), sent };
  }

  test('of all orders that are due since the last look are one, which names five', async () => {
    const held = Array.from({ length: 7 }, (_, index) => resolvedAt(1_500, `acme-se:${index}`));
    const { report, sent } = await remindersOf(clock - 1_000, [...held, resolvedAt(500, 'acme-se:early')]);
    expect(report).toEqual({ reminded: 7, remindedUntil: clock });
    expect(sent).toMatchObject([['acme-se', { id: 'reminder-a-sweep', count: 7 }]]);
    expect(sent[0]?.[1].orders.map(({ id }) => id)).toEqual(held.slice(0, 5).map(({ id }) => id));
  });

  test('are not sent where nothing is due, and not for what came before the first look', async () => {
    for (const [since, ago] of [
      [clock - 100, 1_500],
      [undefined, 1_500],
    ] as const) {
      const { report, sent } = await remindersOf(since, [resolvedAt(ago, 'acme-se:a')]);
      expect(report).toEqual({ reminded: 0, remindedUntil: clock });
      expect(sent).toEqual([]);
    }
  });
});
