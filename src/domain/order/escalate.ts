import { codes } from '../escalation/codes.ts';
import { type Reason } from '../escalation/reasons.ts';
import { climb, trackReasons, type EscalationChange, type Holding } from '../escalation/ladder.ts';
import { stepsFor } from '../escalation/policy.ts';
import { pendingAttempts } from '../money/attempts.ts';
import { check } from '../money/checks.ts';
import { expiringAuthorizations, expiryOf } from '../money/expiry.ts';
import { uncuredFailures } from '../money/failures.ts';
import type { HeldMovement } from '../money/payment.ts';
import { movementsOf } from '../money/payments.ts';
import { uncountedRefunds } from '../money/refunds.ts';
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
  const stepsOf = (code: Reason) => stepsFor(state.policy, methodOf(state), code);
  const { lastReadAt } = state;
  const { escalation, change } = climb(state.escalation, { held: heldReasons, stepsOf, now, lastReadAt });
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
function holdingReasons(state: OrderState, now: number): readonly Holding[] {
  if (isUnknownToProvider(state)) return [];
  // What is told with the read that shows it began with that read, so that no further read is due for it.
  const shownAt = state.verified?.at === now ? state.lastReadAt : now;
  const shown = check(state.facts, state.terms).flatMap(({ code, subject, size }) =>
    isReason(code)
      ? [
          {
            code,
            subject,
            since: codes[code].escalates === 'atOnce' ? shownAt : now,
            ...(size !== undefined && { size }),
          },
        ]
      : [],
  );
  const begun = Object.entries(beginningsOf).flatMap(([code, begins]) =>
    begins(state, shownAt).map((beginning) => ({ code: code as keyof typeof beginningsOf, ...beginning })),
  );
  return withoutRepeats([...shown, ...begun]);
}

function isReason(code: keyof typeof codes): code is Reason {
  return codes[code].escalates !== 'no';
}

/** One reason may be shown in two ways, such as a chargeback by the provider and by a person. */
function withoutRepeats(holding: readonly Holding[]): readonly Holding[] {
  return holding.filter(
    (one, index) =>
      holding.findIndex(({ code, subject }) => code === one.code && subject === one.subject) === index,
  );
}

type Beginning = Pick<Holding, 'subject' | 'since'>;

/** The reasons that the facts alone do not show: what each is about, and when it began, epoch milliseconds. */
const beginningsOf = {
  pending: ({ status, statusSince, facts }) => {
    const attempts = pendingAttempts(facts).map(begun);
    return attempts.length > 0 ? attempts : when(status === 'pending', statusSince);
  },
  unverified: (state) =>
    state.unverifiedSince === undefined || isLookedFor(state)
      ? []
      : [{ subject: `since ${state.unverifiedSince}`, since: state.unverifiedSince }],
  unregistered: ({ policy, terms, createdAt }) => when(policy.requireRegistration && !terms, createdAt),
  contradiction: ({ disputes }) =>
    disputes.filter(({ proof }) => !proof).map(({ id, at }) => ({ subject: id, since: at })),
  refund_claimed: ({ disputes, facts }, now) => [
    ...disputes.flatMap(({ proof, at }) => (proof ? [{ subject: proof.movement.id, since: at }] : [])),
    ...uncountedRefunds(facts).map(({ id }) => ({ subject: id, since: now })),
  ],
  capture_failed: ({ facts }) => uncuredFailures(facts, 'capture').map(begun),
  refund_failed: ({ facts }) => uncuredFailures(facts, 'refund').map(begun),
  capture_pending: ({ facts }) => movementsOf(facts, 'capture', 'pending').map(begun),
  refund_pending: ({ facts }) => movementsOf(facts, 'refund', 'pending').map(begun),
  authorization_expiring: ({ identity, facts, policy }) =>
    expiringAuthorizations(facts, identity.kind).map((held) => ({
      subject: held.id,
      since: expiryOf(held) - policy.expiryWarning,
    })),
  chargeback: ({ chargebacks = [] }) => chargebacks.map(({ subject, at }) => ({ subject, since: at })),
  double_payment: ({ paidTwice }) =>
    paidTwice ? [{ subject: paidTwice.ids.join(' '), since: paidTwice.at }] : [],
} as const satisfies { readonly [R in Reason]?: (state: OrderState, now: number) => readonly Beginning[] };

function begun({ id, since }: HeldMovement): Beginning {
  return { subject: id, since };
}

function when(holds: boolean, since: number): readonly Beginning[] {
  return holds ? [{ subject: '', since }] : [];
}

/** A session known only from hooks is still looked for: its re-read ladder ends by itself and needs no person. */
function isLookedFor({ facts, terms }: OrderState): boolean {
  return facts.presence === 'unseen' && !terms;
}
