import { MockActivityEnvironment } from '@temporalio/testing';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { createSweepActivities, type SweptOrders } from '../../src/activities/sweep.ts';

const clock = 1_000_000;

function activitiesOf(orders: Partial<SweptOrders>) {
  return createSweepActivities({
    orders: {
      async *running() {},
      gone: async () => [],
      failing: async () => [],
      overdue: async () => [],
      reopen: async () => true,
      recheck: async () => true,
      tellPaidTwice: async () => ({ told: 0, undecided: 0 }),
      ...orders,
    },
    clientOf: () => undefined,
    breaker: new CircuitBreaker({ report: () => undefined, now: Date.now }),
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
