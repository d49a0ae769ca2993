/** A repeatable source of random numbers: the same seed gives the same shuffles, delays and drops. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A copy of `items` in a random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** Starts the sequence again. */
  reset(): void;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  /** mulberry32: small, fast, and good enough to shuffle hooks. */
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    next,
    shuffle(items) {
      const keyed = items.map((item) => ({ item, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
    },
    reset() {
      state = seed >>> 0;
    },
  };
}
