import type { Alert } from './incident.ts';

/** An alert that a channel has not taken yet. */
export interface QueuedAlert extends Alert {
  /** No alert of its incident was sent to the channel. Absent: one may have arrived, since an answer can be lost. */
  readonly isUntold?: true;
}

/** The alerts that wait for a channel, and those that were dropped. */
export interface AlertQueue {
  readonly queued: readonly QueuedAlert[];
  readonly dropped: readonly Alert[];
}

export interface ChannelState {
  /** The id of the alert that is being sent; it is not changed. */
  readonly sendingId: string | undefined;
  /** The last try has failed. */
  readonly isFailing: boolean;
}

// Five times the incidents that can be open, so that no alert of an open one is dropped; about 50 KiB.
const mostWaiting = 100;

/**
 * Adds an alert to the queue of a channel, oldest first. Only the latest of each incident waits. An incident that
 * opened and closed while the channel failed is dropped if none of its alerts can have arrived.
 */
export function enqueue(waiting: readonly QueuedAlert[], alert: Alert, state: ChannelState): AlertQueue {
  const { sendingId, isFailing } = state;
  const isAbout = ({ incident }: Alert) => incident.id === alert.incident.id;
  const earlier = waiting.find((other) => isAbout(other) && other.id !== sendingId);
  const others = waiting.filter((other) => other !== earlier);
  if (earlier?.isUntold && alert.kind === 'closed' && isFailing) return { queued: others, dropped: [alert] };
  const isUntold = alert.kind === 'opened' && !waiting.some(isAbout);
  const latest = earlier ? mergeAlerts(earlier, alert) : { ...alert, ...(isUntold && { isUntold }) };
  return bound([...others, latest], state);
}

/** Drops alerts of closed incidents, the oldest first. */
function bound(waiting: readonly QueuedAlert[], { sendingId }: ChannelState): AlertQueue {
  const surplus = waiting
    .filter(({ kind, id }) => kind === 'closed' && id !== sendingId)
    .slice(0, Math.max(0, waiting.length - mostWaiting));
  if (surplus.length === 0) return { queued: waiting, dropped: [] };
  return { queued: waiting.filter((alert) => !surplus.includes(alert)), dropped: surplus };
}

function mergeAlerts(earlier: QueuedAlert, later: Alert): QueuedAlert {
  const isNews = earlier.kind === 'opened' && later.kind !== 'closed';
  return {
    ...later,
    kind: isNews ? 'opened' : later.kind,
    joined: earlier.joined + later.joined,
    ...(earlier.isUntold && { isUntold: true }),
  };
}
