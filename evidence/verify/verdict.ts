/** One check: what must hold, whether it does, and what was seen. */
export interface Verdict {
  readonly part: string;
  readonly says: string;
  readonly isGood: boolean;
  readonly seen: string;
}

/** The verdicts of a run, in the order in which they were given. */
export class Verdicts {
  readonly all: Verdict[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(part: string, says: string, isGood: boolean, seen: string): void {
    this.all.push({ part, says, isGood, seen });
    this.#say(`${isGood ? '✓' : '✗'} ${part}: ${says}: ${seen}`);
  }

  get isGood(): boolean {
    return this.all.every(({ isGood }) => isGood);
  }
}
