import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Repeatable chance: the same seed and label give the same draws. */
export interface Random {
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** A copy in a random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Draws for one purpose, so that what another purpose draws more or less of changes nothing here. */
export function randomFor(seed: number, label: string): Random {
  const generator = xoroshiro128plus(seed ^ hash(label));
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  return {
    int,
    chance: (probability) => int(0, 999_999) < probability * 1_000_000,
    pick: <T>(items: readonly [T, ...T[]]) => items[int(0, items.length - 1)] ?? items[0],
    shuffle(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = int(0, last);
        [copy[last], copy[other]] = [copy[other]!, copy[last]!];
      }
      return copy;
    },
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}
