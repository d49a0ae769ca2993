/** The times of an account, in milliseconds. A run keeps the policy that it began with. */
export interface Policy {
  readonly pending: Ladder;
  /** By payment method, as the provider names it: replaces the delays that it sets. */
  readonly methods: Readonly<Record<string, Partial<Ladder>>>;
  readonly settled: { readonly recheck: Delays };
  /** When to read again after a read that does not confirm a hook's claim. */
  readonly reread: Delays;
  readonly closeAfter: number;
  readonly refundWindow: number;
  readonly abandonAfter: number;
  readonly requireRegistration: boolean;
  /** How long the first attempt at a read may take within the order's own task; 0 sends each read to its provider's queue. */
  readonly firstReadWithin: number;
}

export interface Ladder {
  /** Delays between reads; the last repeats. */
  readonly recheck: Delays;
  /** When a reason that still holds reaches each level, counted from its beginning. */
  readonly escalate: Delays;
}

export type Delays = readonly [number, ...number[]];

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultPolicy: Policy = {
  pending: {
    recheck: [minute, 5 * minute, 15 * minute, hour, 4 * hour],
    escalate: [15 * minute, 2 * hour, 24 * hour],
  },
  methods: {},
  settled: { recheck: [hour, day, 7 * day] },
  reread: [2 * second, 10 * second, minute, 5 * minute],
  closeAfter: 7 * day,
  refundWindow: 180 * day,
  abandonAfter: day,
  requireRegistration: false,
  firstReadWithin: second,
};

/** No run closes before its last hint is this old: the server acknowledges a copy of it to a closed run, and drops it. */
export const hintGrace = 10 * minute;

/** How long an order waits after its session was closed unpaid: the outcome may come a little later. */
export const closeGrace = hour;

/** How long an authorization holds where the provider names no end. */
export const authorizationLife = 30 * day;

/** The steps for an order paid by this method. */
export function ladderFor(policy: Policy, method: string | undefined): Ladder {
  const own =
    method !== undefined && Object.hasOwn(policy.methods, method) ? policy.methods[method] : undefined;
  return { ...policy.pending, ...own };
}

/** The delay of a step; beyond the end the last one repeats. */
export function delayAt(steps: Delays, index: number): number {
  return steps[Math.min(index, steps.length - 1)] ?? steps[0];
}
