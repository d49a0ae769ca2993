import { ApplicationFailure } from '@temporalio/activity';

export interface BulkheadLimits {
  /** How many reads of one account may be under way here, so that a slow one leaves slots to the others. */
  readonly readsPerAccount: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The longest that a provider is left alone because it asked for it. */
export const longestWaitMs = 30_000;
/** The longest that a read waits before it asks for a place again. */
const longestBusyMs = 5_000;
// An account that was late is not waited for in anybody's own task meanwhile.
const slowForMs = 10_000;

/** How fast each account of this process may be asked. Every refusal is one that the server tries again by itself. */
export class Bulkhead {
  readonly #limits: BulkheadLimits;
  readonly #underWay = new Map<string, number>();
  /** How many were refused since a place was last given back: where none is, all come back later and later. */
  readonly #refused = new Map<string, number>();
  readonly #slowUntil = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();

  constructor(limits: BulkheadLimits) {
    this.#limits = limits;
  }

  /** Takes a place for a read, or throws; `isHasty` is one that somebody's task waits for. Give it back by `leave`. */
  enter(account: string, isHasty: boolean): void {
    const { readsPerAccount, now } = this.#limits;
    const pauseMs = (this.#pausedUntil.get(account) ?? 0) - now();
    if (pauseMs > 0) throw refusal('rate_limited', `${account} is left alone as its provider asked`, pauseMs);
    const inFlight = this.#underWay.get(account) ?? 0;
    const isSlow = isHasty && now() < (this.#slowUntil.get(account) ?? 0);
    if (inFlight >= readsPerAccount || isSlow)
      throw refusal('account_busy', `${account} uses up its share of reads`, this.#busyMs(account, isHasty));
    this.#underWay.set(account, inFlight + 1);
  }

  leave(account: string): void {
    this.#refused.delete(account);
    this.#underWay.set(account, (this.#underWay.get(account) ?? 1) - 1);
  }

  /** Spread out, so that a backlog does not come back all at once, nor again and again for an account that hangs. */
  #busyMs(account: string, isHasty: boolean): number {
    const refused = this.#refused.get(account) ?? 0;
    // A hasty one does not come back: its order asks in its turn.
    if (!isHasty) this.#refused.set(account, refused + 1);
    const turns = Math.max(1, refused / this.#limits.readsPerAccount);
    return Math.min(longestBusyMs, (100 + Math.random() * 400) * turns);
  }

  /** A hasty read failed: for a while no task waits for this account. */
  slow(account: string): void {
    this.#slowUntil.set(account, this.#limits.now() + slowForMs);
  }

  /** The provider asked for a pause, which all orders of the account keep. */
  pause(account: string, ms: number): void {
    this.#pausedUntil.set(account, this.#limits.now() + Math.min(ms, longestWaitMs));
  }
}

function refusal(type: string, message: string, nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nextRetryDelay, category: 'BENIGN' });
}
