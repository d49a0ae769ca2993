/** A law that a trial broke. */
export interface Violation {
  readonly law: string;
  readonly what: string;
  /** Virtual time. */
  readonly at: number;
}

/** Ends a trial: nothing after it would mean anything. */
export class FatalViolation extends Error {
  readonly law: string;

  constructor(law: string, what: string) {
    super(`${law}: ${what}`);
    this.law = law;
  }
}
