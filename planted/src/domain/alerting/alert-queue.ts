import type { Alert } from './incidents.ts';

/** An alert that a channel has not taken yet. */
export interface WaitingAlert extends Alert {
  /** The channel was never asked to tell of its incident. Absent, it may have: an answer that was lost tells nothing. */
  readonly isUntold?: true;
}

/** What waits for a channel, and what is not told after all. */
export interface Queue {
  readonly waiting: readonly WaitingAlert[];
  readonly dropped: readonly Alert[];
}

export interface ChannelState {
  /** The id of the alert that is being told: it is left alone. */
  readonly underWay: string | undefined;
  /** The last try has failed. */
  readonly isFailing: boolean;
}

// Five times the incidents that can be open, so that none of these is dropped, in some 50 KiB.
const mostWaiting = 100;

/**
 * Adds an alert to what waits for a channel, oldest first. Of one incident only the latest waits; of one that came and went
 * while the channel failed, and that nobody there can have heard of, none does.
 */
export function enqueue(waiting: readonly WaitingAlert[], alert: Alert, state: ChannelState): Queue {
  const { underWay, isFailing } = state;
  const isAbout = ({ incident }: Alert) => incident.id === alert.incident.id;
  const earlier = waiting.find((other) => isAbout(other) && other.id !== underWay);
  const others = waiting.filter((other) => other !== earlier);
  if (earlier?.isUntold && alert.kind === 'closed' && isFailing) return { waiting: others, dropped: [alert] };
  const isUntold = alert.kind === 'opened' && !waiting.some(isAbout);
  const latest = earlier ? both(earlier, alert) : { ...alert, ...(isUntold && { isUntold }) };
  return bound([...others, latest], state);
}

/** Those that are over for longest go first. */
function bound(waiting: readonly WaitingAlert[], { underWay }: ChannelState): Queue {
  const surplus = waiting
    .filter(({ kind, id }) => kind === 'closed' && id !== underWay)
    .slice(0, Math.max(0, waiting.length - mostWaiting));
  if (surplus.length === 0) return { waiting, dropped: [] };
  return { waiting: waiting.filter((alert) => !surplus.includes(alert)), dropped: surplus };
}

function both(earlier: WaitingAlert, later: Alert): WaitingAlert {
  const isNews = earlier.kind === 'opened' && later.kind !== 'closed';
  return {
    ...later,
    kind: isNews ? 'opened' : later.kind,
    joined: earlier.joined + later.joined,
    ...(earlier.isUntold && { isUntold: true }),
  };
}
