import { z } from 'zod';
import { defaultPolicy, type Policy } from '../domain/escalation/policy.ts';
import { duration, durations } from './durations.ts';

// The keys of an account that make its policy.

const ladder = {
  recheck: durations({ isRising: false }),
  escalate: durations({ isRising: true }),
};
const partialLadder = z.strictObject({
  recheck: ladder.recheck.optional(),
  escalate: ladder.escalate.optional(),
});

/** `off` reads through the provider's queue from the start. At most 5 s, since the workflow task that waits has 10 s. */
const firstRead = z.union([
  z.literal('off').transform(() => 0),
  duration.refine((ms) => ms > 0 && ms <= 5_000, { message: 'expected at most 5s, or off' }),
]);

/** When money in flight reaches each level: a list, or the list as `escalate`. */
const inFlight = z.preprocess(listOf, ladder.escalate);

function listOf(value: unknown): unknown {
  const isLadder = typeof value === 'object' && value !== null && Object.keys(value).join() === 'escalate';
  return isLadder ? (value as { readonly escalate: unknown }).escalate : value;
}

/** The keys of an account that may also be spelled as their reasons are. */
const spellings = {
  capturePending: 'capture_pending',
  refundPending: 'refund_pending',
  cancelPending: 'cancel_pending',
} as const;

/** The keys of an account that say how patient it is; `policyOf` fills in the defaults. */
export const patience = {
  pending: partialLadder.optional(),
  methods: z.record(z.string(), partialLadder).optional(),
  settled: z.strictObject({ recheck: ladder.recheck }).optional(),
  capturePending: inFlight.optional(),
  capture_pending: inFlight.optional(),
  refundPending: inFlight.optional(),
  refund_pending: inFlight.optional(),
  cancelPending: inFlight.optional(),
  cancel_pending: inFlight.optional(),
  expiryWarning: duration.optional(),
  remindAfter: duration.optional(),
  refunds: z.enum(['claim', 'count']).optional(),
  reread: durations({ isRising: false }).optional(),
  closeAfter: duration.optional(),
  refundWindow: duration.optional(),
  abandonAfter: duration.optional(),
  requireRegistration: z.boolean().optional(),
  firstReadWithin: firstRead.optional(),
};

type Patience = z.infer<z.ZodObject<typeof patience>>;

/** The keys of an account that it gives in both spellings; the account need not be valid. */
export function doublySpelled(account: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(spellings).flatMap(([key, other]) =>
    Object.hasOwn(account, key) && Object.hasOwn(account, other) ? [other] : [],
  );
}

/** The policy of an account: its own settings, and defaults for the rest. */
export function policyOf(account: Patience): Policy {
  const { pending, methods = {} } = account;
  const own = {
    settled: account.settled,
    capturePending: account.capturePending ?? account.capture_pending,
    refundPending: account.refundPending ?? account.refund_pending,
    cancelPending: account.cancelPending ?? account.cancel_pending,
    expiryWarning: account.expiryWarning,
    remindAfter: account.remindAfter,
    refunds: account.refunds,
    reread: account.reread,
    closeAfter: account.closeAfter,
    refundWindow: account.refundWindow,
    abandonAfter: account.abandonAfter,
    requireRegistration: account.requireRegistration,
    firstReadWithin: account.firstReadWithin,
  };
  return {
    ...defaultPolicy,
    ...defined(own),
    pending: { ...defaultPolicy.pending, ...defined(pending ?? {}) },
    // Providers report methods in lower case.
    methods: Object.fromEntries(
      Object.entries(methods).map(([name, steps]) => [name.toLowerCase(), defined(steps)]),
    ),
  };
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
