type Act = () => void | Promise<void>;

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly act: Act;
}

/** Virtual time, epoch milliseconds: it stands still while something happens and jumps to what happens next. */
export class Clock {
  #now: number;
  #made = 0;
  /** A binary heap, the soonest first. */
  readonly #heap: Appointment[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** When the next thing happens; undefined when nothing will. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Makes something happen at a time, or at once where that has passed. What is due at one time happens in the order it was asked for. */
  at(time: number, act: Act): void {
    this.#made += 1;
    this.#push({ at: Math.max(time, this.#now), order: this.#made, act });
  }

  /** Lets the next thing happen; false when there was none up to `until`. */
  async step(until: number): Promise<boolean> {
    const [first] = this.#heap;
    if (!first || first.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#pop();
    this.#now = first.at;
    await first.act();
    return true;
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let index = heap.push(appointment) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(appointment, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = appointment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
