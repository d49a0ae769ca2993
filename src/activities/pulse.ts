/** What one look at the escalations of all accounts tells. */
export interface Beat {
  /** How many orders are stuck. */
  readonly total: number;
  /** The accounts where an escalation opened of late; undefined where that was too many to tell. */
  readonly lately: ReadonlySet<string> | undefined;
}

export interface PulseDependencies {
  /** Looks at all accounts; `since` (epoch milliseconds) says what is of late. */
  readonly look: (since: number) => Promise<Beat>;
  /** So long is a look shared, milliseconds. */
  readonly sharedMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// Longer than two looks are apart, a visibility store lags and clocks differ, of those that behave.
const latelyMs = 15_000;

/** One look for all the desks of a process, so that hundreds of calm accounts cost what one costs. */
export class Pulse {
  readonly #dependencies: PulseDependencies;
  #last: { readonly at: number; readonly beat: Promise<Beat> } | undefined;

  constructor(dependencies: PulseDependencies) {
    this.#dependencies = dependencies;
  }

  /** The last look where it is fresh, else a new one. Rejects as the look does, for those that share it. */
  beat(): Promise<Beat> {
    const { look, sharedMs, now } = this.#dependencies;
    const at = now();
    if (!this.#last || at - this.#last.at >= sharedMs) this.#last = { at, beat: look(at - latelyMs) };
    return this.#last.beat;
  }
}

/** Whether a desk that knows of so many stuck orders may have news since the beat before. */
export function concerns(
  { total, lately }: Beat,
  account: string,
  { stuck, before }: { readonly stuck: number; readonly before: Beat | undefined },
): boolean {
  const mayHaveFewer = stuck > 0 && before !== undefined && total < before.total;
  return mayHaveFewer || lately === undefined || lately.has(account);
}
