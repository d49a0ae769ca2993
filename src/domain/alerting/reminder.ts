import type { Reminded } from '../order/reminders.ts';
import type { Alert, Desk } from './incident.ts';

/** Orders of an account that were resolved and still hold, of which people are to be reminded now. */
export interface Reminder {
  /** The same for a repeat. */
  readonly id: string;
  /** How many there are; `orders` are the first few. */
  readonly count: number;
  readonly orders: readonly Reminded[];
}

/** The alert for a reminder. It belongs to no incident of the desk, so it stands for one that is over once it is told. */
export function reminderAlert({ account }: Desk, { id, count, orders }: Reminder, now: number): Alert {
  const level = Math.max(1, ...orders.map((order) => order.level));
  return {
    id,
    kind: 'reminder',
    at: now,
    account,
    incident: { id, openedAt: now, window: { from: now, to: now }, count, peak: count, level },
    joined: count,
    reminded: orders,
  };
}
