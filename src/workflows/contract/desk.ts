import type { QueuedAlert } from '../../domain/alerting/alert-queue.ts';
import type { Desk, Incident } from '../../domain/alerting/incident.ts';

// The alert desk: one workflow for each account, which gathers its escalations into incidents and alerts people.

export const deskType = 'alertDesk';

/** The field of the memo that holds the view of a desk. */
export const deskMemo = 'desk';

/** The configuration of a desk: names of channels, never their addresses. */
export interface DeskSettings {
  readonly channels: readonly string[];
}

/** How a desk's run begins. */
export interface DeskStart extends DeskSettings {
  readonly account: string;
  readonly carry?: DeskCarry;
}

/** The carry of a desk: the state that one run passes to the next. */
export interface DeskCarry {
  readonly desk: Desk;
  /** Alerts that wait for a channel, oldest first: the last one of each incident. */
  readonly waiting: Readonly<Record<string, readonly QueuedAlert[]>>;
  /** How many were dropped since the channel failed. */
  readonly dropped?: Readonly<Record<string, number>>;
}

/** A desk as its memo shows it. Times in epoch milliseconds. */
export interface DeskView {
  readonly account: string;
  readonly incidents: readonly Incident[];
  /** Channels that did not take an alert, since when, and how many alerts were dropped meanwhile, if any. */
  readonly failing: readonly {
    readonly channel: string;
    readonly since: number;
    readonly dropped?: number;
  }[];
}
