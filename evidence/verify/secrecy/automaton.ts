/** Finds any of many byte strings in one pass over the bytes, after Aho and Corasick. */
export class Automaton {
  /** The next state by state and byte. */
  readonly #next: Int32Array;
  /** The patterns that end in a state. */
  readonly #ending: readonly (readonly number[])[];

  constructor(patterns: readonly Uint8Array[]) {
    const size = 1 + patterns.reduce((sum, { length }) => sum + length, 0);
    const next = new Int32Array(size * 256);
    const ending: number[][] = [[]];
    patterns.forEach((pattern, index) => {
      let state = 0;
      for (const byte of pattern) {
        const slot = state * 256 + byte;
        if (next[slot] === 0) next[slot] = ending.push([]) - 1;
        state = next[slot]!;
      }
      ending[state]!.push(index);
    });
    fall(next, ending);
    this.#next = next;
    this.#ending = ending;
  }

  /** Tells the index of a pattern each time that it is found. */
  run(bytes: Uint8Array, found: (pattern: number) => void): void {
    const [next, ending] = [this.#next, this.#ending];
    let state = 0;
    for (let at = 0; at < bytes.length; at++) {
      state = next[state * 256 + bytes[at]!]!;
      if (ending[state]!.length > 0) ending[state]!.forEach(found);
    }
  }
}

/** Leads every byte that goes on with no pattern to the longest beginning of one that the bytes so far end in. */
function fall(next: Int32Array, ending: number[][]): void {
  const back = new Int32Array(ending.length);
  const queue = [0];
  for (const state of queue) {
    for (let byte = 0; byte < 256; byte++) {
      const slot = state * 256 + byte;
      const shorter = state === 0 ? 0 : next[back[state]! * 256 + byte]!;
      const child = next[slot]!;
      if (child === 0) {
        next[slot] = shorter;
        continue;
      }
      back[child] = shorter;
      ending[child]!.push(...ending[shorter]!);
      queue.push(child);
    }
  }
}
