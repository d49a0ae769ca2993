import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * The one source of chance: the same seed gives the same draws. Kept seeds and published figures depend on every number
 * of a stream, and on the names of forks, so a test pins both.
 */
export class Random {
  readonly #seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** `skipped` numbers are drawn beforehand: neighbouring seeds begin alike. */
  constructor(seed: number, skipped = 4) {
    this.#seed = seed;
    this.#generator = xoroshiro128plus(seed);
    for (let i = 0; i < skipped; i += 1) this.#generator.next();
  }

  /** A stream for one purpose: how often one purpose draws changes no other. */
  fork(name: string): Random {
    return new Random(hashOf(name, this.#seed));
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  /** At least 0, below 1. */
  fraction(): number {
    return uniformFloat64(this.#generator);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Throws for an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** One of some values, each as likely as its weight. */
  weighted<T>(...entries: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.fraction() * entries.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of entries) {
      left -= weight;
      if (left < 0) return value;
    }
    return entries.at(-1)![1];
  }

  /** A copy in a random order. */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last -= 1) {
      const other = this.int(0, last);
      [copy[last], copy[other]] = [copy[other]!, copy[last]!];
    }
    return copy;
  }

  /** Milliseconds between two durations; a short one is as likely as a long one. */
  duration(leastMs: number, mostMs: number): number {
    return Math.round(leastMs * (mostMs / leastMs) ** this.fraction());
  }

  bytes(count: number): number[] {
    return Array.from({ length: count }, () => this.int(0, 255));
  }

  uuid(): string {
    const hex = Buffer.from(this.bytes(16)).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** The stream of a seed for one purpose, as the plans of chaos draw it. */
export function randomFor(seed: number, purpose: string): Random {
  return new PlanRandom(seed ^ hashOf(purpose), 0);
}

/** Draws a chance from one whole number and not from a fraction: the published figures of chaos depend on it. */
class PlanRandom extends Random {
  override chance(probability: number): boolean {
    return this.int(0, 999_999) < probability * 1_000_000;
  }
}

/** FNV-1a, begun with a seed. */
function hashOf(text: string, seed = 0): number {
  let hash = seed ^ 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash;
}
