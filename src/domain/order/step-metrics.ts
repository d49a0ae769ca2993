import { amountsOf } from '../money/amounts.ts';
import { announcementOf, eventFor } from './events.ts';
import type { Disposition } from './hints.ts';
import type { Input } from './step.ts';
import type { OrderState } from './state.ts';

/** What one step adds to the metrics. */
export interface StepMetrics {
  /** One for each hook that the step settled. */
  readonly dispositions: readonly Disposition[];
  /** A read found a change that no hook had announced. */
  readonly isUnannouncedChange: boolean;
}

/** What a step adds to the metrics, by the states before and after it. */
export function stepMetricsOf(before: OrderState, { type }: Input, after: OrderState): StepMetrics {
  return {
    dispositions: type === 'hint' || before.hints.length > 0 ? settledBy(before, after) : [],
    isUnannouncedChange: type === 'readEnded' && isUnannounced(before, after),
  };
}

/** An entry that was settled or repeated is a new object; all others are the same objects as before. */
function settledBy(before: OrderState, after: OrderState): Disposition[] {
  if (after.timeline === before.timeline) return [];
  const known = new Set(before.timeline.entries);
  return after.timeline.entries.flatMap((entry) =>
    entry.kind === 'hook' && entry.disposition && !known.has(entry) ? [entry.disposition] : [],
  );
}

/** Whether a read found a change that no hook announced: a hook that still waits may be about it. */
function isUnannounced(before: OrderState, after: OrderState): boolean {
  if (!before.verified || before.hints.length > 0 || after.verified === before.verified) return false;
  // No hook announces that an order was given up.
  if (after.status === 'expired') return false;
  const shown = ({ status, facts }: OrderState) => announcementOf(status, amountsOf(facts));
  return eventFor(shown(before), shown(after), false) !== undefined;
}
