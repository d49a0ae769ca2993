import { MockActivityEnvironment } from '@temporalio/testing';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { createSweepActivities, type SweptOrders } from '../../src/activities/sweep.ts';

function sweepOf(orders: Partial<SweptOrders>) {
  const { sweepOrders } = createSweepActivities({
    orders: {
      async *running() {},
      gone: async () => [],
      failing: async () => [],
      overdue: async () => [],
      reopen: async () => true,
      recheck: async () => true,
      ...orders,
    },
    clientOf: () => undefined,
    breaker: new CircuitBreaker({ report: () => undefined, now: Date.now }),
  });
  const request = { account: 'acme-se', key: 'a-sweep' };
  return new MockActivityEnvironment().run(sweepOrders, request);
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
