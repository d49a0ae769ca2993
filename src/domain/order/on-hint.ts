import { leastValuable } from '../money/refunds.ts';
import { isUnlistedAttempt, standingOf, type Disposition, type Hint, type Standing } from './hints.ts';
import type { OrderState, PendingHint } from './state.ts';
import { append, settle } from './timeline.ts';

const hintIdsKept = 64;
const hintsKept = 64;
const ownIdsKept = 16;

/** Takes in a hint: one that says nothing new is settled at once, without a read; any other waits for a read. */
export function applyHint(state: OrderState, hint: Hint, now: number): OrderState {
  const standing = state.verified && state.failures === 0 ? standingOf(hint.claim, state.facts) : 'news';
  const isCopy = state.recentHintIds.includes(hint.id);
  const entry = { at: now, kind: 'hook', summary: `${hint.event} ${hint.status}`.trim() } as const;
  const taken: OrderState = {
    ...state,
    ...ownIdsAfter(state, hint),
    lastHintAt: now,
    recentHintIds: isCopy ? state.recentHintIds : [...state.recentHintIds.slice(1 - hintIdsKept), hint.id],
  };

  const settled = (disposition: Disposition) => ({
    ...taken,
    timeline: append(state.timeline, { ...entry, disposition }),
  });

  const known = knownDisposition(state, hint, standing, isCopy);
  if (known) return settled(known);
  const pending: PendingHint = {
    ...hint,
    receivedAt: now,
    rung: 0,
    ...(isCopy && { isRepeat: true as const }),
  };
  const surplus = surplusOf(state, pending);
  if (surplus === pending) return settled('ignored');
  const timeline = surplus ? settle(state.timeline, surplus.id, 'ignored') : state.timeline;
  return {
    ...taken,
    unverifiedSince: state.unverifiedSince ?? now,
    hints: [...state.hints.filter((waiting) => waiting !== surplus), pending],
    timeline: append(timeline, { ...entry, hint: hint.id }),
  };
}

/** The provider's own id of an attempt, by which it can be read when reads of the order list another one. */
function ownIdsAfter({ ownIds = {} }: OrderState, { claim }: Hint): Pick<OrderState, 'ownIds'> {
  if (claim.of !== 'authorization' || claim.ownId === undefined) return {};
  const others = Object.entries(ownIds).filter(([id]) => id !== claim.id);
  return { ownIds: Object.fromEntries([...others, [claim.id, claim.ownId]].slice(-ownIdsKept)) };
}

/** The hint to drop when too many wait; the read for the others covers its claim too. */
function surplusOf({ hints, facts }: OrderState, hint: PendingHint): PendingHint | undefined {
  if (hints.length < hintsKept) return undefined;
  return leastValuable([...hints, hint], facts);
}

/** The disposition of a hint that says nothing new; undefined where it is worth a read. */
function knownDisposition(
  state: OrderState,
  hint: Hint,
  standing: Standing,
  isCopy: boolean,
): Disposition | undefined {
  // A person has said that this refund is none.
  if (hint.proof && state.dismissedClaims?.includes(hint.proof.movement.id)) return 'ignored';
  // The same hint may be about a later change than the one being read.
  const isNewsAgain = hint.claim.of === 'change';
  if (state.hints.some(({ id, hasReadBegun }) => id === hint.id && !(isNewsAgain && hasReadBegun)))
    return 'duplicate';
  if (standing === 'holds') return isCopy ? 'duplicate' : 'applied';
  if (standing === 'overtaken') return isCopy ? 'duplicate' : 'stale';
  const isOld =
    standing === 'implied' || hint.claim.of === 'nothing' || isUnlistedAttempt(hint.claim, state.facts);
  return isCopy && isOld ? 'duplicate' : undefined;
}
