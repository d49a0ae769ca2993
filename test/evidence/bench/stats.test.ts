import { figure, ratioFigure } from '../../../evidence/bench/figures.ts';
import { pairedRatios, quantile, rotated, summarise } from '../../../evidence/bench/stats.ts';

describe('a summary', () => {
  test('is of the values, in whatever order they came', () => {
    expect(summarise([5, 1, 4, 2, 30])).toEqual({ median: 4, min: 1, max: 30, mad: 2, count: 5 });
  });

  test('lies between the two in the middle where their number is even', () => {
    expect(summarise([1, 2, 3, 10]).median).toBe(2.5);
  });

  test('interpolates a quantile', () => {
    expect(quantile([0, 10, 20, 30, 40], 0.95)).toBeCloseTo(38);
    expect([quantile([7], 0), quantile([7], 1)]).toEqual([7, 7]);
  });

  test.each([[[]], [[1, Number.NaN]], [[1, Infinity]]])('refuses %p', (values) => {
    expect(() => summarise(values)).toThrow(RangeError);
  });
});

describe('rounds', () => {
  test('begin one place further each time, so that everybody is first once', () => {
    const names = ['a', 'b', 'c'];
    expect([0, 1, 2, 3].map((round) => rotated(names, round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
    expect(rotated([], 2)).toEqual([]);
  });

  test('give ratios each, so that a round that was slow for both counts like the others', () => {
    // The quotient of the medians would be 1.
    expect(pairedRatios([100, 20, 30], [50, 10, 40])).toEqual([2, 2, 0.75]);
    expect(ratioFigure({ name: 'a / b' }, [100, 20, 30], [50, 10, 40]).value).toBe(2);
  });

  test('are not compared with rounds that were not run', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow('2 rounds against 1');
  });
});

describe('a figure', () => {
  const naming = { name: 'rate', unit: '1/s' };

  test('is the median with its spread', () => {
    expect(figure(naming, [3, 1, 2])).toEqual({
      ...naming,
      value: 2,
      spread: { min: 1, max: 3, mad: 1 },
      rounds: 3,
    });
  });

  test('of one round has no spread', () => {
    expect(figure(naming, [3])).toEqual({ ...naming, value: 3, rounds: 1 });
  });

  test.each([
    [{ atLeast: 2 }, 2, { ok: true }],
    [{ atLeast: 2 }, 1.5, { ok: false, missedBy: 0.5 }],
    [{ atMost: 2 }, 2, { ok: true }],
    [{ atMost: 2 }, 2.5, { ok: false, missedBy: 0.5 }],
  ])('with the target %j and the value %p is %j', (target, value, verdict) => {
    expect(figure({ ...naming, target }, [value])).toEqual({
      ...naming,
      value,
      rounds: 1,
      target,
      ...verdict,
    });
  });
});
