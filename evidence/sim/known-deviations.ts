import type { Violation } from '../kit/temporal/violation.ts';

/** Something that the product does against a law, is known, and is not mended yet: counted apart, so that nothing hides behind it. */
export interface KnownDeviation {
  readonly name: string;
  readonly why: string;
  /** Whether a breach in a life at this provider is this and nothing else. */
  readonly covers: (violation: Violation, provider: string) => boolean;
}

export const knownDeviations: readonly KnownDeviation[] = [];

/** The known deviation that a breach is, if it is one. */
export function knownAs(violation: Violation, provider: string): KnownDeviation | undefined {
  return knownDeviations.find(({ covers }) => covers(violation, provider));
}
