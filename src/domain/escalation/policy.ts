import { codes } from './codes.ts';
import { type Reason } from './reasons.ts';

/** The times of an account, in milliseconds. A run keeps the policy that it began with. */
export interface Policy {
  readonly pending: Ladder;
  /** By payment method, as the provider names it: replaces the delays that it sets. */
  readonly methods: Readonly<Record<string, Partial<Ladder>>>;
  readonly settled: { readonly recheck: Delays };
  /** When a capture, refund or cancel that the provider has not decided about reaches each level. */
  readonly capturePending: Delays;
  readonly refundPending: Delays;
  readonly cancelPending: Delays;
  /** How long before an authorization lapses a person is told. */
  readonly expiryWarning: number;
  /** How long after a person resolved what still holds they are reminded of it. */
  readonly remindAfter: number;
  /**
   * What a refund is that only a notification reports. `claim`: it counts when the provider's word or a person confirms
   * it. `count`: it counts at once where it names a proven payment and fits.
   */
  readonly refunds: 'claim' | 'count';
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
  capturePending: [hour, day, 3 * day],
  refundPending: [hour, day, 3 * day],
  cancelPending: [hour, day, 3 * day],
  expiryWarning: day,
  remindAfter: 7 * day,
  refunds: 'claim',
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

/** How long after an authorization has expired one more read decides that its rest has lapsed. */
export const lapseGrace = day;

/**
 * How long after its re-reads a session known only from hooks is looked for once more, where they could not ask the
 * provider: twelve times their last delay, by default an hour.
 */
export function lastTryAfter(reread: Delays): number {
  return 12 * delayAt(reread, reread.length - 1);
}

/** How long after its end a final order is read once more. */
export const finalCheckAfter = day;

/** The delays until each level of a reason; a first one of 0 is reached with the read that shows it. */
export function stepsFor(policy: Policy, method: string | undefined, code: Reason): readonly number[] {
  const { escalate } = ladderFor(policy, method);
  const own: { readonly [R in Reason]?: Delays } = {
    capture_pending: policy.capturePending,
    refund_pending: policy.refundPending,
    cancel_pending: policy.cancelPending,
  };
  return codes[code].escalates === 'atOnce' ? [0, ...escalate.slice(1)] : (own[code] ?? escalate);
}

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
