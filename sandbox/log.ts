/** The newest entries of one kind, oldest first; a demo that runs for weeks must not grow without end. */
export interface Log<T> {
  add(entry: T): T;
  entries(keep?: (entry: T) => boolean): T[];
  clear(): void;
}

export function createLog<T>(limit = 100_000): Log<T> {
  let entries: T[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // Trimmed by halves: one shift per entry would cost a copy each.
      if (entries.length > limit) entries = entries.slice(-limit / 2);
      return entry;
    },
    entries: (keep = () => true) => entries.filter(keep),
    clear() {
      entries = [];
    },
  };
}
