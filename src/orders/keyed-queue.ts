/**
 * Runs one task per key at a time. A caller whose token belongs to a waiting task gets the outcome of that task, so a
 * burst of copies of a hook makes one or two calls.
 */
export class KeyedQueue {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #last = new Map<string, Promise<void>>();

  /** `canJoin`: the caller may also share a task that is already running. */
  run(key: string, token: string, canJoin: boolean, task: () => Promise<void>): Promise<void> {
    const known = this.#waiting.get(token) ?? (canJoin ? this.#running.get(token) : undefined);
    if (known) return known;

    const begin = () => {
      this.#waiting.delete(token);
      this.#running.set(token, turn);
      return task();
    };
    // A failed task does not stop the next one; its own callers get its error.
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
