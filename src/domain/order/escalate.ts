import type { Reason } from '../escalation/codes.ts';
import { climb, trackReasons, type EscalationChange } from '../escalation/ladder.ts';
import { authorizationLife, ladderFor } from '../escalation/policy.ts';
import { amountsOf } from '../money/amounts.ts';
import { brokenSums } from '../money/checks.ts';
import type { MovementKind } from '../money/payment.ts';
import { without } from '../values.ts';
import { isUnknownToProvider } from './agenda.ts';
import type { OrderState } from './state.ts';
import { append } from './timeline.ts';
import { methodOf } from './view.ts';

/** Moves the order's escalation along its ladder, by the reasons that hold now. Returns the change, if any. */
export function escalate(
  state: OrderState,
  now: number,
): { readonly state: OrderState; readonly change?: EscalationChange } {
  const heldReasons = trackReasons(state.heldReasons, holdingReasons(state, now), now);
  const steps = ladderFor(state.policy, methodOf(state)).escalate;
  const { lastReadAt } = state;
  const { escalation, change } = climb(state.escalation, { held: heldReasons, steps, now, lastReadAt });
  const next = { ...without(state, 'escalation'), heldReasons, ...(escalation && { escalation }) };
  if (!change) return { state: next };
  const summary =
    change === 'resolved'
      ? 'resolved'
      : `${change}, level ${escalation!.level}: ${escalation!.reasons.join(', ')}`;
  return {
    state: { ...next, timeline: append(state.timeline, { at: now, kind: 'escalation', summary }) },
    change,
  };
}

/** The reasons that hold, each with the time at which it began. */
function holdingReasons(state: OrderState, now: number): { readonly [R in Reason]?: number } {
  if (isUnknownToProvider(state)) return {};
  const sums = brokenSums(state.facts, state.terms);
  const beginnings = Object.entries(beginningOf).map(([reason, begins]) => [
    reason,
    begins(state, now, sums),
  ]);
  return Object.fromEntries(beginnings.filter(([, since]) => since !== undefined)) as {
    [R in Reason]?: number;
  };
}

type Beginning = (state: OrderState, now: number, sums: ReturnType<typeof brokenSums>) => number | undefined;

/** When each reason began, in epoch milliseconds; undefined while it does not hold. */
const beginningOf: Readonly<Record<Reason, Beginning>> = {
  pending: ({ status, statusSince }) => when(status === 'pending', statusSince),
  unverified: (state) => when(!isLookedFor(state), state.unverifiedSince),
  unregistered: ({ policy, terms, createdAt }) => when(policy.requireRegistration && !terms, createdAt),
  contradiction: ({ disputes }) => disputes[0]?.at,
  capture_failed: (state, now) => when(hasRejected(state, 'capture') && !isCapturedInFull(state), now),
  refund_failed: (state, now) => when(hasRejected(state, 'refund') && state.status !== 'refunded', now),
  authorization_expiring: ({ status, statusSince, facts }) =>
    when(status === 'placed', facts.expiresAt ?? statusSince + authorizationLife),
  over_captured: (_, now, sums) => when(sums.includes('over_captured'), now),
  over_refunded: (_, now, sums) => when(sums.includes('over_refunded'), now),
  double_payment: (_, now, sums) => when(sums.includes('double_payment'), now),
  // There are no commands to the provider and no deliveries yet.
  command_unknown: () => undefined,
  delivery_failed: () => undefined,
};

function when(holds: boolean, since: number | undefined): number | undefined {
  return holds ? since : undefined;
}

/** A session known only from hooks is still looked for: its re-read ladder ends by itself and needs no person. */
function isLookedFor({ facts, terms, failures }: OrderState): boolean {
  return facts.presence === 'unseen' && !terms && failures === 0;
}

function hasRejected({ facts }: OrderState, kind: MovementKind): boolean {
  return Object.values(facts.movements).some(
    (movement) => movement.kind === kind && movement.status === 'rejected',
  );
}

function isCapturedInFull({ facts }: OrderState): boolean {
  const { authorized, captured } = amountsOf(facts);
  return (
    facts.captured === 'full' ||
    (captured !== undefined && authorized !== undefined && captured >= authorized)
  );
}
