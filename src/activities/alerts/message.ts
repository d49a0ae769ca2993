import type { Reason } from '../../domain/escalation/reasons.ts';
import { reasons } from '../../domain/escalation/reasons.ts';
import type { Alert, AlertKind, Incident } from '../../domain/alerting/incident.ts';
import type { Reminded } from '../../domain/order/reminders.ts';
import type { Order } from '../../domain/order/view.ts';
import type { StuckOrders } from '../stuck-orders.ts';

/** An alert as channels send it, with the orders and counts of the moment of sending. Times are epoch milliseconds. */
export interface AlertMessage {
  /** The same at every attempt to send the alert. */
  readonly id: string;
  readonly kind: AlertKind;
  readonly at: number;
  readonly account: string;
  /** One line, without markup. */
  readonly title: string;
  readonly incident: Alert['incident'];
  /** How many orders joined the incident since its last alert. */
  readonly joined: number;
  readonly byReason: { readonly [R in Reason]?: number };
  /** A few of the stuck orders. */
  readonly orders: readonly Order[];
  readonly boardUrl: string;
  /** Of a reminder: the first few of its orders. */
  readonly reminded?: readonly Reminded[];
}

const ordersNamed = 5;

/** Adds the counts by reason and the first few orders to an alert. A closed incident and a reminder have neither. */
export async function messageOf(
  alert: Alert,
  stuckOrders: StuckOrders,
  boardUrl: string,
): Promise<AlertMessage> {
  const { id, kind, at, account, incident, joined, reminded } = alert;
  const { window } = incident;
  const [orders, counts] =
    kind === 'closed' || kind === 'reminder'
      ? [[], []]
      : await Promise.all([
          stuckOrders.list(account, { window }, ordersNamed),
          Promise.all(
            reasons.map(
              async (reason) => [reason, await stuckOrders.count(account, { window, reason })] as const,
            ),
          ),
        ]);
  const byReason = Object.fromEntries(counts.filter(([, count]) => count > 0));
  const message = {
    id,
    kind,
    at,
    account,
    title: titleOf(alert),
    incident,
    joined,
    byReason,
    orders,
    boardUrl,
  };
  return reminded ? { ...message, reminded, boardUrl: `${boardUrl}&state=resolved` } : message;
}

/** An alert in one line. */
export function titleOf({ kind, account, incident, joined }: Alert): string {
  const { count, peak, level, fault } = incident;
  switch (kind) {
    case 'opened':
      return fault
        ? `${account}: ${faultText(fault)}; ${stuckText(count)}`
        : `${account}: ${payments(count)} stuck`;
    case 'grown':
      return `${account}: ${joined} more stuck, ${payments(count)} in all`;
    case 'raised':
      return `${account}: ${payments(count)} stuck, now at level ${level}`;
    case 'recovered':
      return `${account}: the provider answers again; still ${payments(count)} stuck`;
    case 'reminder':
      return `${account}: ${payments(count)} resolved long ago, and the reason still holds`;
    case 'closed':
      return fault
        ? `${account}: over, the provider answers and nothing is stuck (${peak} at most)`
        : `${account}: over, nothing is stuck any more (${peak} at most)`;
  }
}

function faultText({ code }: NonNullable<Incident['fault']>): string {
  return code === 'credentials_refused'
    ? 'the provider refuses the credentials'
    : 'the provider does not answer';
}

function stuckText(count: number): string {
  return count === 0 ? 'nothing is stuck yet' : `${payments(count)} stuck`;
}

function payments(count: number): string {
  return `${count} payment${count === 1 ? '' : 's'}`;
}
