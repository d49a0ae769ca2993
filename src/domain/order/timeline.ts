import type { Disposition } from './hints.ts';

/** What an entry of the timeline is about. */
export const timelineKinds = [
  'hook',
  'read',
  'change',
  'finding',
  'escalation',
  'command',
  'delivery',
  'person',
] as const;

/** One line of an order's history for people. Times in epoch milliseconds. */
export interface TimelineEntry {
  readonly at: number;
  readonly kind: (typeof timelineKinds)[number];
  readonly summary: string;
  /** Of a hook: how it was settled; absent while it waits for a read. */
  readonly disposition?: Disposition;
  /** Of a hook: the id of the pending hint that the entry is about. */
  readonly hint?: string;
  /** How often the same entry came in a row, where more than once, and when it came last. */
  readonly times?: number;
  readonly lastAt?: number;
}

export interface Timeline {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** How many older entries are no longer kept. */
  readonly dropped: number;
}

export const emptyTimeline: Timeline = { entries: [], dropped: 0 };

const kept = 200;

/** Appends an entry. A repeat of the last one is counted instead, so that a month of rechecks is one entry. */
export function append(timeline: Timeline, entry: TimelineEntry): Timeline {
  const last = timeline.entries.at(-1);
  if (last && isRepeat(last, entry)) {
    const counted = { ...last, times: (last.times ?? 1) + 1, lastAt: entry.at };
    return { ...timeline, entries: [...timeline.entries.slice(0, -1), counted] };
  }
  const entries = [...timeline.entries, entry];
  const surplus = Math.max(0, entries.length - kept);
  return { entries: entries.slice(surplus), dropped: timeline.dropped + surplus };
}

/** Writes a hint's disposition into the entry of its hook. */
export function settle(timeline: Timeline, hint: string, disposition: Disposition): Timeline {
  const entries = timeline.entries.map((entry) => {
    if (entry.hint !== hint || entry.disposition) return entry;
    const { hint: _, ...rest } = entry;
    return { ...rest, disposition };
  });
  return { ...timeline, entries };
}

function isRepeat(last: TimelineEntry, entry: TimelineEntry): boolean {
  return (
    last.kind === entry.kind &&
    last.summary === entry.summary &&
    last.disposition === entry.disposition &&
    last.hint === undefined &&
    entry.hint === undefined &&
    entry.kind !== 'person'
  );
}
