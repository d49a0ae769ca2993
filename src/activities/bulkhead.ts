import { ApplicationFailure } from '@temporalio/activity';

export interface BulkheadLimits {
  /** How many reads of one account this process runs at once, so that a slow account leaves slots to the others. */
  readonly readsPerAccount: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The longest pause that a provider can ask for. */
export const longestPauseMs = 30_000;
/** The longest wait before a refused read is tried again. */
const longestBusyMs = 5_000;
// After an inline read failed, the account's inline reads are refused for so long.
const inlineRefusedMs = 10_000;

/** Limits how fast each account of this process is read. A refusal is a retryable failure: the server tries again by itself. */
export class Bulkhead {
  readonly #limits: BulkheadLimits;
  readonly #underWay = new Map<string, number>();
  /** Refusals since a read last finished: while no read finishes, the waits get longer. */
  readonly #refused = new Map<string, number>();
  readonly #inlineRefusedUntil = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();

  constructor(limits: BulkheadLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place for a read, or throws an ApplicationFailure. `leave` gives the place back. An inline read is one that a
   * workflow task waits for.
   */
  enter(account: string, isInline: boolean): void {
    const { readsPerAccount, now } = this.#limits;
    const pauseMs = (this.#pausedUntil.get(account) ?? 0) - now();
    if (pauseMs > 0) throw refusal('rate_limited', `the provider of ${account} asked for a pause`, pauseMs);
    const inFlight = this.#underWay.get(account) ?? 0;
    const isInlineRefused = isInline && now() < (this.#inlineRefusedUntil.get(account) ?? 0);
    if (inFlight >= readsPerAccount || isInlineRefused)
      throw refusal(
        'account_busy',
        `${account} has all its reads under way`,
        this.#busyMs(account, isInline),
      );
    this.#underWay.set(account, inFlight + 1);
  }

  leave(account: string): void {
    this.#refused.delete(account);
    this.#underWay.set(account, (this.#underWay.get(account) ?? 1) - 1);
  }

  /** Random, so that a backlog does not come back all at once; longer after many refusals, for an account that hangs. */
  #busyMs(account: string, isInline: boolean): number {
    const refused = this.#refused.get(account) ?? 0;
    // A refused inline read is not retried: its order reads through the queue instead.
    if (!isInline) this.#refused.set(account, refused + 1);
    const turns = Math.max(1, refused / this.#limits.readsPerAccount);
    return Math.min(longestBusyMs, (100 + Math.random() * 400) * turns);
  }

  /** Records that an inline read failed, and refuses the account's inline reads for a while. */
  refuseInline(account: string): void {
    this.#inlineRefusedUntil.set(account, this.#limits.now() + inlineRefusedMs);
  }

  /** Stops all reads of the account for the pause that its provider asked for. */
  pause(account: string, ms: number): void {
    this.#pausedUntil.set(account, this.#limits.now() + Math.min(ms, longestPauseMs));
  }
}

function refusal(type: string, message: string, nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nextRetryDelay, category: 'BENIGN' });
}
