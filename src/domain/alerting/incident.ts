import type { Reminded } from '../order/reminders.ts';
import { iso } from '../values.ts';

/** Why none of an account's orders can be read. */
export const faultCodes = ['credentials_refused', 'provider_unreachable'] as const;

/** A fault of an account as a whole. Times in epoch milliseconds. */
export interface Fault {
  readonly code: (typeof faultCodes)[number];
  /** When the first read failed. */
  readonly since: number;
  /** When the provider answered again; absent while it does not. */
  readonly endedAt?: number;
}

/** The public view of a fault; null where there is none. Times are ISO 8601, UTC. */
export function faultView(fault: Fault | undefined) {
  if (!fault) return null;
  const { code, since, endedAt } = fault;
  return { code, since: iso(since), endedAt: endedAt === undefined ? null : iso(endedAt) };
}

/** An interval of the times at which escalations opened; `to` is not part of it, and absent where it has no end. */
export interface Window {
  readonly from: number;
  readonly to?: number;
}

/**
 * Stuck orders that share their alerts: those of one burst, or of one outage. An incident stores the window in which
 * their escalations opened, not the orders, so ten thousand take no more room than one.
 */
export interface Incident {
  readonly id: string;
  readonly openedAt: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly fault?: Fault;
  /** How many of its orders are stuck now. */
  readonly count: number;
  /** The highest count so far. */
  readonly peak: number;
  readonly level: number;
  /** When the last order joined it. */
  readonly grownAt: number;
  readonly told?: Told;
}

/** The content of the last alert about an incident. */
interface Told {
  readonly at: number;
  readonly level: number;
  /** How many orders have joined since. */
  readonly untold: number;
  readonly isRecovered?: true;
}

/** The state of one account's alert desk, as plain JSON: it is carried over continue-as-new. */
export interface Desk {
  readonly account: string;
  /** The open ones, in the order of their windows, which do not overlap. */
  readonly incidents: readonly Incident[];
  /** When the last incidents opened: the more of them, the longer a burst is waited for. */
  readonly openings: readonly number[];
  /** How many alerts there have been, which numbers the next one. */
  readonly alerts: number;
}

/** `reminder`: no incident, but orders that were resolved and still hold. */
const alertKinds = ['opened', 'grown', 'raised', 'recovered', 'closed', 'reminder'] as const;

export type AlertKind = (typeof alertKinds)[number];

/** One message about an incident; a repeat has the same id. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly at: number;
  readonly account: string;
  readonly incident: Omit<Incident, 'told' | 'grownAt'>;
  /** How many orders joined since the last alert about it. */
  readonly joined: number;
  /** Of a reminder: the first few of its orders. */
  readonly reminded?: readonly Reminded[];
}

/** How many escalations are open, and their highest level: in the window of each incident, and in each gap between windows. */
export interface Survey {
  readonly incidents: readonly { readonly id: string; readonly count: number; readonly level: number }[];
  readonly gaps: readonly (Window & { readonly count: number; readonly level: number })[];
}

/** The desk after an input, and the alerts that it gives. */
export interface DeskStep {
  readonly desk: Desk;
  readonly alerts: readonly Alert[];
}

const second = 1_000;
const minute = 60 * second;

// A burst is over when nothing joined it for this long; each incident of the last hour doubles the time.
const quietTime = 30 * second;
const longestQuietTime = 15 * minute;
/** How long an opening counts as recent, milliseconds. */
export const recent = 60 * minute;

/** The desk of an account before its first survey. */
export function emptyDesk(account: string): Desk {
  return { account, incidents: [], openings: [], alerts: 0 };
}

/** The incident whose fault goes on, if there is one. */
export function activeFault({ incidents }: Desk): Incident | undefined {
  return incidents.find(isActive);
}

/** Whether the incident's fault goes on. */
export function isActive({ fault }: Incident): boolean {
  return fault !== undefined && fault.endedAt === undefined;
}

/** How long nothing must join for a burst to be over, milliseconds. */
export function quietTimeOf({ openings }: Desk, now: number): number {
  const lately = openings.filter((at) => now - at < recent).length;
  return Math.min(longestQuietTime, quietTime * 2 ** Math.max(0, lately - 1));
}
