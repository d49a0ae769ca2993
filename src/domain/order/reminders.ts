import type { Reason } from '../escalation/reasons.ts';
import type { Order } from './view.ts';

/** What a person is reminded of: an order that somebody resolved, and of which something still holds. */
export interface Reminded {
  readonly id: string;
  readonly reference?: string;
  readonly reasons: readonly Reason[];
  readonly level: number;
  /** Who resolved it last, when (ISO 8601) and why. */
  readonly resolved: { readonly by: string; readonly at: string; readonly reason: string };
}

const mostReminders = 4;

/**
 * The reminder of an order, where one is due in a span of time (epoch milliseconds; `to` is not part of it): `every`
 * milliseconds after a person resolved what still holds, four times at most. It needs no count, since the spans that
 * are asked about follow each other.
 */
export function reminderOf(
  { id, reference, escalation }: Order,
  every: number,
  { from, to }: { readonly from: number; readonly to: number },
): Reminded | undefined {
  if (escalation?.state !== 'resolved' || !escalation.resolved) return undefined;
  const { reasons, level, resolved } = escalation;
  const since = Date.parse(resolved.at);
  const isDue = Array.from({ length: mostReminders }, (_, index) => since + (index + 1) * every).some(
    (at) => from <= at && at < to,
  );
  return isDue ? { id, ...(reference !== undefined && { reference }), reasons, level, resolved } : undefined;
}
