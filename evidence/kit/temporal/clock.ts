type Act = () => void | Promise<void>;

/** Virtual time, epoch milliseconds: it stands still while something happens, and jumps to what is due next. */
export class Clock {
  #now: number;
  /** The soonest first. */
  readonly #due: { readonly at: number; readonly act: Act }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** Schedules an act for a time, or for now where that has passed. Acts of one time happen in the order of their scheduling. */
  at(time: number, act: Act): void {
    const at = Math.max(time, this.#now);
    const place = this.#due.findLastIndex((other) => other.at <= at) + 1;
    this.#due.splice(place, 0, { at, act });
  }

  /** Carries out the next act; false when there is none up to `until`. */
  async step(until: number): Promise<boolean> {
    const [first] = this.#due;
    if (!first || first.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#due.shift();
    this.#now = first.at;
    await first.act();
    return true;
  }
}
