/** What one look at the escalations of all accounts tells. */
export interface Snapshot {
  /** How many orders are stuck. */
  readonly total: number;
  /** The accounts where an escalation opened of late; undefined where that was too many to tell. */
  readonly lately: ReadonlySet<string> | undefined;
}

export interface SharedPollDependencies {
  /** Looks at all accounts; `since` (epoch milliseconds) says what is of late. */
  readonly look: (since: number) => Promise<Snapshot>;
  /** So long is a look shared, milliseconds. */
  readonly sharedMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// Longer than two looks are apart, a visibility store lags and clocks differ, of those that behave.
const latelyMs = 15_000;

/** One look for all the desks of a process, so that hundreds of calm accounts cost what one costs. */
export class SharedPoll {
  readonly #dependencies: SharedPollDependencies;
  #last: { readonly at: number; readonly beat: Promise<Snapshot> } | undefined;

  constructor(dependencies: SharedPollDependencies) {
    this.#dependencies = dependencies;
  }

  /** The last look where it is fresh, else a new one. Rejects as the look does, for those that share it. */
  snapshot(): Promise<Snapshot> {
    const { look, sharedMs, now } = this.#dependencies;
    const at = now();
    if (!this.#last || at - this.#last.at >= sharedMs) this.#last = { at, beat: look(at - latelyMs) };
    return this.#last.beat;
  }
}

/** Whether a desk that knows of so many stuck orders may have news since the beat before. */
export function concerns(
  { total, lately }: Snapshot,
  account: string,
  { stuck, before }: { readonly stuck: number; readonly before: Snapshot | undefined },
): boolean {
  const mayHaveFewer = stuck > 0 && before !== undefined && total < before.total;
  return mayHaveFewer || lately === undefined || lately.has(account);
}
