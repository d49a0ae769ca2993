import { Registry } from 'prom-client';
import { createOrderGauges } from '../../src/metrics/orders.ts';
import type { OrderCounts } from '../../src/orders/order-counts.ts';
import { samplesOf } from '../support/samples.ts';

const hour = 3_600_000;
const begin = 1_800_000_000_000;

const figures = (pending: number, since?: number): OrderCounts => ({
  byStatus: [{ status: 'pending', count: pending }],
  oldestPendingSince: [{ account: 'acme-se', since }],
  escalations: pending > 0 ? [{ account: 'acme-se', reason: 'pending', state: 'open', count: pending }] : [],
});

/** The gauges of a clock and a count that the test moves. */
function setUp(count: () => Promise<OrderCounts>) {
  const registry = new Registry();
  const clock = { now: begin };
  const failures: unknown[] = [];
  const refresh = createOrderGauges({
    registry,
    count,
    now: () => clock.now,
    onFailure: (error) => void failures.push(error),
    maxWaitMs: 50,
  });
  const scrape = async () => {
    await refresh();
    const samples = samplesOf(await registry.metrics());
    return Object.fromEntries(samples.map(({ name, value }) => [name, value]));
  };
  return { clock, scrape, failures };
}

test('figures are counted when somebody looks, and not more often than every fifteen seconds', async () => {
  const count = jest.fn(async () => figures(3, begin - hour));
  const { clock, scrape } = setUp(count);
  expect(count).not.toHaveBeenCalled();
  expect(await scrape()).toEqual({
    payments_orders: 3,
    payments_oldest_pending_age_seconds: 3_600,
    payments_escalations: 3,
    payments_orders_counted_timestamp_seconds: begin / 1_000,
  });
  clock.now += 14_000;
  await scrape();
  expect(count).toHaveBeenCalledTimes(1);
  clock.now += 1_000;
  await scrape();
  expect(count).toHaveBeenCalledTimes(2);
});

test('what is no longer so is not shown: no escalation is left, and nothing pending has no age', async () => {
  let now = figures(3, begin - hour);
  const { clock, scrape } = setUp(async () => now);
  await scrape();
  now = figures(0);
  clock.now += 15_000;
  expect(await scrape()).toEqual({
    payments_orders: 0,
    payments_oldest_pending_age_seconds: 0,
    payments_orders_counted_timestamp_seconds: begin / 1_000 + 15,
  });
});

test('a count that hangs holds up no scrape: the last figures are shown, with when they were counted', async () => {
  let answer: Promise<OrderCounts> = Promise.resolve(figures(3, begin - hour));
  const count = jest.fn(() => answer);
  const { clock, scrape } = setUp(count);
  await scrape();
  let finish: (counts: OrderCounts) => void = () => {};
  answer = new Promise((resolve) => (finish = resolve));
  clock.now += 60_000;
  for (const _ of [1, 2, 3]) {
    expect(await scrape()).toMatchObject({
      payments_orders: 3,
      payments_orders_counted_timestamp_seconds: begin / 1_000,
    });
  }
  // It is waited for, and not asked again.
  expect(count).toHaveBeenCalledTimes(2);
  finish(figures(4, begin));
  expect(await scrape()).toMatchObject({ payments_orders: 4 });
});

test('a count that fails leaves the figures as they were, and is told', async () => {
  let answer = () => Promise.resolve(figures(3));
  const { clock, scrape, failures } = setUp(() => answer());
  await scrape();
  answer = () => Promise.reject(new Error('away'));
  clock.now += 15_000;
  expect(await scrape()).toMatchObject({
    payments_orders: 3,
    payments_orders_counted_timestamp_seconds: begin / 1_000,
  });
  expect(failures).toEqual([new Error('away')]);
});
