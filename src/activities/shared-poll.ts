import type { Snapshot } from './stuck-orders.ts';

export interface SharedPollDependencies {
  /** Queries all accounts. An escalation that opened after `since` (epoch milliseconds) is a recent one. */
  readonly poll: (since: number) => Promise<Snapshot>;
  /** How long a snapshot is shared, milliseconds. */
  readonly sharedMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// Longer than two polls are apart, plus the usual lag of a visibility store and the usual difference of two clocks.
const recentMs = 15_000;

/** One poll of visibility for all desks of this process, so that hundreds of calm accounts cost as much as one. */
export class SharedPoll {
  readonly #dependencies: SharedPollDependencies;
  #last: { readonly at: number; readonly snapshot: Promise<Snapshot> } | undefined;

  constructor(dependencies: SharedPollDependencies) {
    this.#dependencies = dependencies;
  }

  /** The last snapshot while it is fresh, else a new one. A failed poll rejects for every caller that shares it. */
  snapshot(): Promise<Snapshot> {
    const { poll, sharedMs, now } = this.#dependencies;
    const at = now();
    if (!this.#last || at - this.#last.at >= sharedMs) this.#last = { at, snapshot: poll(at - recentMs) };
    return this.#last.snapshot;
  }
}

/** Whether the counts of an account may have changed between two snapshots. `stuck` is how many orders its desk knows. */
export function mayConcern(
  { total, recent }: Snapshot,
  account: string,
  { stuck, previous }: { readonly stuck: number; readonly previous: Snapshot | undefined },
): boolean {
  const mayHaveFewer = stuck > 0 && previous !== undefined && total < previous.total;
  return mayHaveFewer || recent === undefined || recent.has(account);
}
