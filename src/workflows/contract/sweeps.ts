// Sweeps: short workflows that a Temporal Schedule starts, for each account.

export const sweepTypes = { sweep: 'sweep', drift: 'driftReport' } as const;

/** How a sweep begins. */
export interface SweepStart {
  readonly account: string;
}
