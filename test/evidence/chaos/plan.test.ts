import { parseOptions } from '../../../evidence/chaos/options.ts';
import { UsageError } from '../../../evidence/kit/command-line.ts';
import { TooFewDeliveries } from '../../../evidence/chaos/plan/deliveries.ts';
import { makePlan } from '../../../evidence/chaos/plan/plan.ts';
import { targets } from '../../../evidence/chaos/plan/types.ts';

const sizes = { orders: 100, deliveries: 1_000, kills: 8 };

describe('a plan', () => {
  const plan = makePlan({ seed: 7, ...sizes });

  test('is a pure function of its seed and sizes', () => {
    expect(makePlan({ seed: 7, ...sizes })).toEqual(plan);
    expect(makePlan({ seed: 8, ...sizes })).not.toEqual(plan);
  });

  test.each([sizes, { orders: 1_000, deliveries: 10_000, kills: 52 }])(
    'has what is asked for: %j',
    (wanted) => {
      const { orders, deliveries, kills } = makePlan({ seed: 7, ...wanted });
      expect({ orders: orders.length, deliveries: deliveries.length, kills: kills.length }).toEqual(wanted);
    },
  );

  test('kills each of the four as often as the others', () => {
    for (const target of targets)
      expect(plan.kills.filter((kill) => kill.target === target)).toHaveLength(sizes.kills / targets.length);
  });

  test('tells every story, whatever the seed', () => {
    const told = (seed: number, orders: number) => {
      const { orders: planned } = makePlan({ seed, ...sizes, orders });
      return [...new Set(planned.map(({ scenario }) => scenario))].sort();
    };
    const all = told(1, 500);
    expect([told(2, sizes.orders), told(3, parseOptions(['--orders', '80']).orders)]).toEqual([all, all]);
    expect(all).toEqual(expect.arrayContaining(['busy', 'closed_then_refunded', 'unknown_session', 'twins']));
  });

  test('delivers no hook before what it tells of', () => {
    const early = plan.deliveries.filter(({ hook, at }) => {
      const { order, step } = plan.hooks[hook]!;
      const { openAt, steps } = plan.orders[order]!;
      return at < (steps[step]?.at ?? openAt);
    });
    expect(early).toEqual([]);
  });

  test('loses some hooks, and delivers others many times', () => {
    const copies = plan.hooks.map(({ id }) => plan.deliveries.filter(({ hook }) => hook === id).length);
    expect(copies.filter((count) => count === 0).length).toBeGreaterThan(5);
    expect(Math.max(...copies)).toBeGreaterThan(8);
  });

  test('numbers deliveries in the order of their times', () => {
    expect(plan.deliveries.map(({ id }) => id)).toEqual(plan.deliveries.map((_, index) => index));
    const times = plan.deliveries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('keeps Temporal away, and out of the API’s reach, for longer than a call may still be answered', () => {
    expect(plan.kills.some(({ target, downMs }) => target === 'temporal' && downMs > 4_000)).toBe(true);
    expect(
      plan.faults.some(
        ({ link, kind, forMs }) => link === 'api-temporal' && kind === 'blackhole' && forMs > 3_000,
      ),
    ).toBe(true);
  });

  test('refuses fewer deliveries than must arrive', () => {
    expect(() => makePlan({ ...sizes, seed: 7, deliveries: 30 })).toThrow(TooFewDeliveries);
  });
});

describe('the command line', () => {
  test('long is the default, short for CI', () => {
    expect(parseOptions([])).toMatchObject({ orders: 1_000, deliveries: 10_000, kills: 52, keep: false });
    expect(parseOptions(['--short', '--seed', '3'])).toMatchObject({ ...sizes, seed: 3 });
    expect(parseOptions(['--planted', 'all'])).toMatchObject({ ...sizes, planted: 'all' });
  });

  test.each([
    [['--orders', 'many'], '--orders'],
    [['--orders', '5'], '--orders'],
    [['--kills', '-1'], '--kills'],
    [['--surprise'], '--surprise'],
    [['--short', 'more'], 'too many arguments'],
    [['--orders', '100', '--deliveries', '99'], '--deliveries'],
  ])('%j is refused with a reason', (args, named) => {
    const refused = () => parseOptions(args);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(named);
  });
});
