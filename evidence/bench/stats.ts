/** A summary of measurements of one thing. `mad` is the median distance from the median. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly mad: number;
  readonly count: number;
}

/** @throws RangeError without values, and for a value that is not a number */
export function summarise(values: readonly number[]): Summary {
  const median = quantile(values, 0.5);
  return {
    median,
    min: Math.min(...values),
    max: Math.max(...values),
    mad: quantile(
      values.map((value) => Math.abs(value - median)),
      0.5,
    ),
    count: values.length,
  };
}

/** The value that a share `q` (0 to 1) of the values is not above, interpolated between the two nearest. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('no values');
  if (!values.every(Number.isFinite)) throw new RangeError(`not a number: ${values.join(', ')}`);
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/** `of` over `to`, each pair from one round, so that what slowed a round down slowed both. */
export function pairedRatios(of: readonly number[], to: readonly number[]): number[] {
  if (of.length !== to.length) throw new RangeError(`${of.length} rounds against ${to.length}`);
  return of.map((value, round) => value / to[round]!);
}

/** The list begun one place further for each round, so that each of its items is first in turn. */
export function rotated<T>(list: readonly T[], round: number): T[] {
  const start = list.length === 0 ? 0 : round % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
