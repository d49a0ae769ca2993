/** The policy of the service in milliseconds: days in production are seconds here. */
export interface Patience {
  readonly pending: Ladder;
  /** Of the account whose orders are reread all the time. */
  readonly busy: Ladder;
  readonly settled: Steps;
  readonly reread: Steps;
  readonly closeAfter: number;
  readonly refundWindow: number;
  readonly brief: { readonly closeAfter: number; readonly refundWindow: number };
  readonly abandonAfter: number;
}

export type Steps = readonly [number, ...number[]];

interface Ladder {
  readonly recheck: Steps;
  readonly escalate: Steps;
}

const escalate: Steps = [20_000, 45_000, 600_000];

/** Many orders are reread less often once they are settled, or rereading would be all that the machine does. */
export function patienceFor(orders: number): Patience {
  return {
    pending: { recheck: [3_000, 6_000, 12_000, 20_000], escalate },
    busy: { recheck: [20], escalate },
    settled: orders > 300 ? [15_000, 45_000, 90_000] : [8_000, 15_000, 25_000],
    reread: [500, 1_000, 2_000],
    closeAfter: 15_000,
    refundWindow: 180_000,
    brief: { closeAfter: 4_000, refundWindow: 6_000 },
    abandonAfter: 30_000,
  };
}
