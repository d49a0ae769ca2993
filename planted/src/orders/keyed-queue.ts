/**
 * Runs one act per key at a time, and one for any number of copies: a caller with the token of an act that still waits
 * shares its outcome. A storm of hooks for one order so makes one call, or two.
 */
export class KeyedQueue {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #last = new Map<string, Promise<void>>();

  /** `canJoin`: an act that runs already serves this caller too, since it would only do the same again. */
  run(key: string, token: string, canJoin: boolean, act: () => Promise<void>): Promise<void> {
    const known = this.#waiting.get(token) ?? (canJoin ? this.#running.get(token) : undefined);
    if (known) return known;

    const begin = () => {
      this.#waiting.delete(token);
      this.#running.set(token, turn);
      return act();
    };
    // What the one before came to is its own callers' business.
    const turn: Promise<void> = (this.#last.get(key) ?? Promise.resolve()).then(begin, begin);
    this.#waiting.set(token, turn);
    this.#last.set(key, turn);
    const done = () => {
      if (this.#running.get(token) === turn) this.#running.delete(token);
      if (this.#last.get(key) === turn) this.#last.delete(key);
    };
    turn.then(done, done);
    return turn;
  }
}
