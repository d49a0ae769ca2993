import type { Client } from '@temporalio/client';
import { waitForChange } from '../../src/orders/long-poll.ts';
import type { FoundRun } from '../../src/orders/find.ts';
import type { OrderLookups } from '../../src/orders/order-lookups.ts';
import type { Order } from '../../src/domain/order/view.ts';

/** An order whose newest run is that of the nth look, the last one from then on. */
function setUp(...runs: readonly Pick<FoundRun, 'isRunning' | 'order'>[]) {
  const calls = { lookups: 0, histories: 0 };
  const lookups = {
    find: async () => ({
      runId: 'a-run',
      isComplete: false,
      ...runs[Math.min((calls.lookups += 1), runs.length) - 1]!,
    }),
  } as unknown as OrderLookups;
  const client = {
    options: { namespace: 'default' },
    withDeadline: (_: number, call: () => unknown) => call(),
    workflowService: {
      // As the server answers for a closed run: all of it at once, and nothing to go on from.
      getWorkflowExecutionHistory: async () => {
        calls.histories += 1;
        return { history: { events: [{}] }, nextPageToken: new Uint8Array() };
      },
    },
  } as unknown as Client;
  return { calls, lookups, client };
}

const orderAt = (sequence: number) => ({ sequence }) as Order;

test('whoever waits for a closed order costs a look now and then, and no history', async () => {
  const { calls, lookups, client } = setUp({ isRunning: false, order: orderAt(3) });
  const { signal } = new AbortController();
  // The wait is over at the second lookup, however busy the machine is.
  const start = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => start + (calls.lookups < 2 ? 0 : 50));
  await expect(
    waitForChange(client, lookups, 'an-order', { after: 3, waitMs: 50, signal }),
  ).resolves.toBeUndefined();
  clock.mockRestore();
  expect(calls).toEqual({ lookups: 2, histories: 0 });
});

test('that a closed order was opened again and has changed ends the wait', async () => {
  const { calls, lookups, client } = setUp(
    { isRunning: false, order: orderAt(3) },
    { isRunning: true, order: orderAt(3) },
    { isRunning: true, order: orderAt(4) },
  );
  const { signal } = new AbortController();
  await expect(
    waitForChange(client, lookups, 'an-order', { after: 3, waitMs: 60_000, signal }),
  ).resolves.toEqual(orderAt(4));
  expect(calls).toEqual({ lookups: 3, histories: 1 });
});

test('a caller who leaves ends the wait for a closed order', async () => {
  const { calls, lookups, client } = setUp({ isRunning: false, order: orderAt(3) });
  const caller = new AbortController();
  const waiting = waitForChange(client, lookups, 'an-order', {
    after: 3,
    waitMs: 60_000,
    signal: caller.signal,
  });
  caller.abort();
  await expect(waiting).resolves.toBeUndefined();
  expect(calls.lookups).toBe(1);
});
