/**
 * Runs one act per key at a time, and one for any number of copies: callers with the token of an act that waits or runs
 * share its outcome. A storm of first hooks for one order so makes one call.
 */
export class InTurn {
  readonly #shared = new Map<string, Promise<void>>();
  readonly #last = new Map<string, Promise<void>>();

  run(key: string, token: string, act: () => Promise<void>): Promise<void> {
    const known = this.#shared.get(token);
    if (known) return known;
    const before = this.#last.get(key);
    // What the one before came to is its own callers' business.
    const turn = before ? before.then(act, act) : act();
    this.#shared.set(token, turn);
    this.#last.set(key, turn);
    const done = () => {
      this.#shared.delete(token);
      if (this.#last.get(key) === turn) this.#last.delete(key);
    };
    turn.then(done, done);
    return turn;
  }
}
