import type { Breach } from './broken.ts';

/** Something that the product does against a law, is known, and is not mended yet: counted apart, so that nothing hides behind it. */
export interface KnownDeviation {
  readonly name: string;
  readonly why: string;
  /** Whether a breach in a life at this provider is this and nothing else. */
  readonly covers: (breach: Breach, provider: string) => boolean;
}

export const knownDeviations: readonly KnownDeviation[] = [];

/** The known deviation that a breach is, if it is one. */
export function knownAs(breach: Breach, provider: string): KnownDeviation | undefined {
  return knownDeviations.find(({ covers }) => covers(breach, provider));
}
