import type { Facts } from '../money/payment.ts';
import { countRefund, uncountedRefunds, type Proof } from '../money/refunds.ts';
import { movementKey } from '../money/payment.ts';
import type { OrderState } from './state.ts';
import { settle } from './timeline.ts';

const dismissedKept = 64;

/** The claim of a refund that is told and not counted, by its id; undefined where there is none. */
export function refundClaimOf({ disputes, hints, facts }: OrderState, id: string): Proof | undefined {
  const told = [...disputes, ...hints].find(({ proof }) => proof?.movement.id === id)?.proof;
  const uncounted = uncountedRefunds(facts).find((held) => held.id === id);
  return told ?? (uncounted && { movement: uncounted, payments: uncounted.payments ?? [] });
}

/** The facts in which a person's word makes the claim count; the same facts where it does not fit. */
export function withConfirmed({ facts, terms }: OrderState, proof: Proof, now: number): Facts {
  const { [movementKey('refund', proof.movement.id)]: _, ...movements } = facts.movements;
  const before = { ...facts, movements };
  const after = countRefund(before, proof, now, { terms, isConfirmed: true });
  return after === before ? facts : after;
}

/** The order without a claim that a person confirmed or dismissed. */
export function withoutClaim(state: OrderState, id: string): OrderState {
  const isIt = ({ proof }: { readonly proof?: Proof }) => proof?.movement.id === id;
  const settled = state.hints.filter(isIt);
  return {
    ...state,
    // The hook's read is still due: until then the order counts as unverified.
    isReadWanted: state.isReadWanted || settled.some(({ hasReadBegun }) => !hasReadBegun),
    disputes: state.disputes.filter((dispute) => !isIt(dispute)),
    hints: state.hints.filter((hint) => !isIt(hint)),
    timeline: settled.reduce((timeline, hint) => settle(timeline, hint.id, 'ignored'), state.timeline),
  };
}

/** The order that forgets a claim for good: a copy of its notification is ignored. */
export function withDismissed(state: OrderState, id: string): OrderState {
  const { [movementKey('refund', id)]: held, ...movements } = state.facts.movements;
  const facts = held?.evidence ? { ...state.facts, movements } : state.facts;
  const dismissedClaims = [...(state.dismissedClaims ?? []).filter((other) => other !== id), id];
  return { ...withoutClaim(state, id), facts, dismissedClaims: dismissedClaims.slice(-dismissedKept) };
}
