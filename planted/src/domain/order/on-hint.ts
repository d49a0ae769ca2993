import { leastValuable } from '../money/notified-refunds.ts';
import { standingOf, type Disposition, type Hint, type Standing } from './hints.ts';
import type { OrderState, PendingHint } from './state.ts';
import { append, settle } from './timeline.ts';

const heardKept = 64;
const hintsKept = 64;

/** Takes in a hint: one that tells nothing new is settled at once and costs no read, any other waits for one. */
export function applyHint(state: OrderState, hint: Hint, now: number): OrderState {
  const standing = state.verified && state.failures === 0 ? standingOf(hint.claim, state.facts) : 'news';
  const isCopy = state.heard.indexOf(hint.id) > heardKept;
  const entry = { at: now, kind: 'hook', summary: `${hint.event} ${hint.status}`.trim() } as const;
  const listened = {
    ...state,
    lastHintAt: now,
    heard: isCopy ? state.heard : [...state.heard.slice(1 - heardKept), hint.id],
  };

  const settled = (disposition: Disposition) => ({
    ...listened,
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
    ...listened,
    unverifiedSince: state.unverifiedSince ?? now,
    hints: [...state.hints.filter((waiting) => waiting !== surplus), pending],
    timeline: append(timeline, { ...entry, hint: hint.id }),
  };
}

/** Which hint is one too many in a flood of different ones: those that wait bring the read that covers it too. */
function surplusOf({ hints, facts }: OrderState, hint: PendingHint): PendingHint | undefined {
  if (hints.length < hintsKept) return undefined;
  return leastValuable([...hints, hint], facts);
}

/** The disposition of a hint that tells nothing new, so that it costs no read. */
function knownDisposition(
  state: OrderState,
  hint: Hint,
  standing: Standing,
  isCopy: boolean,
): Disposition | undefined {
  // A change that comes while its like is read for may be a later one.
  const isNewsAgain = hint.claim.of === 'change';
  if (state.hints.some(({ id, isAsked }) => id === hint.id && !(isNewsAgain && isAsked))) return 'duplicate';
  if (standing === 'holds') return isCopy ? 'duplicate' : 'applied';
  if (standing === 'overtaken') return isCopy ? 'duplicate' : 'stale';
  return isCopy && (standing === 'implied' || hint.claim.of === 'nothing') ? 'duplicate' : undefined;
}
