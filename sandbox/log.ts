/** The newest entries of one kind, oldest first. Bounded, so that a demo can run for weeks. */
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
      // Drops half at once, since dropping single entries would copy the list each time.
      if (entries.length > limit) entries = entries.slice(-limit / 2);
      return entry;
    },
    entries: (keep = () => true) => entries.filter(keep),
    clear() {
      entries = [];
    },
  };
}
