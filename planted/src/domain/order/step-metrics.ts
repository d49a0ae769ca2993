import { amountsOf } from '../money/amounts.ts';
import { announcementOf, eventFor } from './events.ts';
import type { Disposition } from './hints.ts';
import type { Input } from './step.ts';
import type { OrderState } from './state.ts';

/** What one step adds to the counts of the whole. */
export interface StepMetrics {
  /** Of hooks that were settled by it, one each. */
  readonly dispositions: readonly Disposition[];
  /** A read found a change that no hook had told of. */
  readonly isUnannounced: boolean;
}

/** What a step did, for those who count over all orders. */
export function stepMetricsOf(before: OrderState, { type }: Input, after: OrderState): StepMetrics {
  return {
    dispositions: type === 'hint' || before.hints.length > 0 ? settledBy(before, after) : [],
    isUnannounced: type === 'answer' && isUnannounced(before, after),
  };
}

/** An entry that was settled, or counted once more, is a new one; all others are the same objects as before. */
function settledBy(before: OrderState, after: OrderState): Disposition[] {
  if (after.timeline === before.timeline) return [];
  const known = new Set(before.timeline.entries);
  return after.timeline.entries.flatMap((entry) =>
    entry.kind === 'hook' && entry.disposition && !known.has(entry) ? [entry.disposition] : [],
  );
}

/** Before the first read nothing is known that could have changed, and a hook that waits may have told of it. */
function isUnannounced(before: OrderState, after: OrderState): boolean {
  if (!before.verified || before.hints.length > 0 || after.verified === before.verified) return false;
  // An order that was given up expires without anything that a hook could have told.
  if (after.status === 'expired') return false;
  const shown = ({ status, facts }: OrderState) => announcementOf(status, amountsOf(facts));
  return eventFor(shown(before), shown(after), false) !== undefined;
}
