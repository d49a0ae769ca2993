import type { Violation } from '../kit/temporal/violation.ts';

/** A known violation of a law that is not mended yet. It is counted apart, so that no other violation hides behind it. */
export interface KnownDeviation {
  readonly name: string;
  readonly why: string;
  /** Whether a violation in a trial of this provider is this one. */
  readonly covers: (violation: Violation, provider: string) => boolean;
}

const knownDeviations: readonly KnownDeviation[] = [];

/** The known deviation that a violation is, if any. */
export function knownAs(violation: Violation, provider: string): KnownDeviation | undefined {
  return knownDeviations.find(({ covers }) => covers(violation, provider));
}
