import { delayAt, type Delays } from '../escalation/policy.ts';
import type { Finding } from '../money/findings.ts';
import { leastValuable } from '../money/refunds.ts';
import type { Facts } from '../money/payment.ts';
import { without } from '../values.ts';
import {
  dispositionOf,
  isOvertakenAttempt,
  isUnlistedAttempt,
  standingOf,
  type Disposition,
} from './hints.ts';
import type { Dispute, OrderState, PendingHint } from './state.ts';
import { settle } from './timeline.ts';

const disputesKept = 8;
// As many as hints may wait at once, so that a re-read ladder that ends loses none of them.
const disputesWithProofKept = 64;

/** Compares the hints that wait, and the disputes, with the facts after a read: each is settled or waits for a re-read. */
export function settleHints(
  state: OrderState,
  now: number,
): { readonly state: OrderState; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const waiting: PendingHint[] = [];
  let { timeline, sessionClosedAt } = state;
  let disputes: readonly Dispute[] = state.disputes.filter(
    ({ claim }) => standingOf(claim, state.facts) === 'news',
  );
  for (const hint of state.hints) {
    const disposition = dispositionAfterRead(hint, state.facts);
    const next = disposition ? undefined : withNextReread(hint, state.policy.reread, now);
    if (next) {
      waiting.push(next);
      continue;
    }
    const isPast = isUnlistedAttempt(hint.claim, state.facts);
    timeline = settle(timeline, hint.id, disposition ?? (isPast ? 'stale' : 'contradicted'));
    sessionClosedAt = closingAfter(hint, sessionClosedAt);
    if (disposition || isPast) continue;
    findings.push(unconfirmed(hint));
    disputes = boundDisputes(
      [...disputes.filter(({ id }) => id !== hint.id), disputeOf(hint, now)],
      state.facts,
    );
  }
  const settled = {
    ...without(state, 'sessionClosedAt'),
    ...(sessionClosedAt !== undefined && { sessionClosedAt }),
    hints: waiting,
    disputes,
    timeline,
  };
  return { state: settled, findings };
}

/** The hint with the time of its next re-read; undefined when its ladder has ended. */
export function withNextReread(hint: PendingHint, reread: Delays, now: number): PendingHint | undefined {
  if (!hint.hasReadBegun) return hint;
  if (hint.rereadAt !== undefined && now < hint.rereadAt) return hint;
  if (hint.isRepeat || hint.rung >= reread.length) return undefined;
  return { ...hint, rung: hint.rung + 1, rereadAt: now + delayAt(reread, hint.rung) };
}

/** The read can confirm a hint that came in during it, but not settle it otherwise. */
function dispositionAfterRead({ claim, hasReadBegun }: PendingHint, facts: Facts): Disposition | undefined {
  const standing = standingOf(claim, facts);
  if (!hasReadBegun) return standing === 'holds' ? 'applied' : undefined;
  const disposition = dispositionOf(claim, standing);
  return disposition === undefined && isOvertakenAttempt(claim, facts) ? 'stale' : disposition;
}

/** A told refund is a claim until the provider's word or a person confirms it; any other claim contradicts the provider. */
function unconfirmed({ id, event, status, proof }: PendingHint): Finding {
  return proof
    ? {
        code: 'refund_claimed',
        subject: proof.movement.id,
        detail: `told by ${event}, not confirmed by the provider`,
      }
    : { code: 'contradiction', subject: id, detail: `hook says ${event} ${status}, the provider does not` };
}

function disputeOf({ id, event, status, claim, proof }: PendingHint, at: number): Dispute {
  return { id, event, status, claim, ...(proof && { proof }), at };
}

/** Drops the dispute above the limit. Those with a proof have a limit of their own, since no read shows their refund. */
function boundDisputes(disputes: readonly Dispute[], facts: Facts): readonly Dispute[] {
  const bare = disputes.filter(({ proof }) => !proof);
  const withProof = disputes.filter(({ proof }) => proof);
  const surplus =
    bare.length > disputesKept
      ? bare[0]
      : withProof.length > disputesWithProofKept
        ? leastValuable(withProof, facts)
        : undefined;
  return disputes.filter((dispute) => dispute !== surplus);
}

/** When a hint closed the session; a hint that opens it again clears the time. */
function closingAfter({ claim, receivedAt }: PendingHint, before: number | undefined): number | undefined {
  if (claim.of !== 'session' || claim.status === 'completed') return before;
  return claim.status === 'closed' ? receivedAt : undefined;
}
