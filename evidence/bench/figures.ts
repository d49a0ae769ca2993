import { pairedRatios, summarise } from './stats.ts';

/** What a figure should be. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

export type Tags = Readonly<Record<string, string | number>> & { readonly measure: string };

/** One measured thing. `spread` is over the rounds; a figure of one round has none. */
export interface Figure {
  readonly name: string;
  /** For plots and comparisons: `measure`, and what distinguishes it from other figures of that measure. */
  readonly tags?: Tags;
  readonly unit: string;
  readonly value: number;
  readonly spread?: { readonly min: number; readonly max: number; readonly mad: number };
  readonly rounds: number;
  readonly target?: Target;
  /** Whether the target is met; absent without one. */
  readonly ok?: boolean;
  /** How far off, in the unit of the figure; present where the target is missed. */
  readonly missedBy?: number;
}

export interface Naming {
  readonly name: string;
  readonly unit: string;
  readonly tags?: Tags;
  readonly target?: Target;
}

/** The median over rounds, with its spread and the verdict on its target. */
export function figure({ target, ...naming }: Naming, values: readonly number[]): Figure {
  const { median: value, min, max, mad, count } = summarise(values);
  return {
    ...naming,
    value,
    ...(count > 1 && { spread: { min, max, mad } }),
    rounds: count,
    ...(target && judged(value, target)),
  };
}

/** Whether a higher value is the better one; undefined where neither is. */
export function isMoreBetter({ unit, target }: Pick<Figure, 'unit' | 'target'>): boolean | undefined {
  if (target) return 'atLeast' in target;
  return unit === '×' ? undefined : unit === '1/s';
}

/** The median of the ratios within each round. */
export function ratioFigure(
  naming: Omit<Naming, 'unit'>,
  of: readonly number[],
  to: readonly number[],
): Figure {
  return figure({ ...naming, unit: '×' }, pairedRatios(of, to));
}

function judged(value: number, target: Target): Pick<Figure, 'target' | 'ok' | 'missedBy'> {
  const missing = 'atLeast' in target ? target.atLeast - value : value - target.atMost;
  return missing <= 0 ? { target, ok: true } : { target, ok: false, missedBy: missing };
}
