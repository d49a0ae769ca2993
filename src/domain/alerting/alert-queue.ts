import type { Alert } from './incidents.ts';

/** An alert that a channel has not taken yet. */
export interface QueuedAlert extends Alert {
  /** The channel was never asked to tell of its incident. Absent, it may have: an answer that was lost tells nothing. */
  readonly isUntold?: true;
}

/** What waits for a channel, and what is not told after all. */
export interface AlertQueue {
  readonly queued: readonly QueuedAlert[];
  readonly dropped: readonly Alert[];
}

export interface ChannelState {
  /** The id of the alert that is being told: it is left alone. */
  readonly sendingId: string | undefined;
  /** The last try has failed. */
  readonly isFailing: boolean;
}

// Five times the incidents that can be open, so that none of these is dropped, in some 50 KiB.
const mostWaiting = 100;

/**
 * Adds an alert to what waits for a channel, oldest first. Of one incident only the latest waits; of one that came and went
 * while the channel failed, and that nobody there can have heard of, none does.
 */
export function enqueue(waiting: readonly QueuedAlert[], alert: Alert, state: ChannelState): AlertQueue {
  const { sendingId: underWay, isFailing } = state;
  const isAbout = ({ incident }: Alert) => incident.id === alert.incident.id;
  const earlier = waiting.find((other) => isAbout(other) && other.id !== underWay);
  const others = waiting.filter((other) => other !== earlier);
  if (earlier?.isUntold && alert.kind === 'closed' && isFailing) return { queued: others, dropped: [alert] };
  const isUntold = alert.kind === 'opened' && !waiting.some(isAbout);
  const latest = earlier ? mergeAlerts(earlier, alert) : { ...alert, ...(isUntold && { isUntold }) };
  return bound([...others, latest], state);
}

/** Those that are over for longest go first. */
function bound(waiting: readonly QueuedAlert[], { sendingId: underWay }: ChannelState): AlertQueue {
  const surplus = waiting
    .filter(({ kind, id }) => kind === 'closed' && id !== underWay)
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
