import type { Disposition } from './hints.ts';

/** One line of an order's history for people: what came in, what was read, what was decided, what was done. */
export interface TimelineEntry {
  readonly at: number;
  readonly kind: 'hook' | 'read' | 'change' | 'finding' | 'escalation' | 'command' | 'delivery' | 'person';
  readonly summary: string;
  /** Of a hook: what became of it; absent while a read is still to tell. */
  readonly disposition?: Disposition;
  /** Of a hook: which pending hint the entry waits for. */
  readonly hint?: string;
  /** How often the same was seen in a row, where more than once, and when last. */
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

/** Appends an entry; a repeat of the last line is counted instead, so a month of rechecks stays one line. */
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

/** Writes the disposition of a hint into the entry that waits for it. */
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
