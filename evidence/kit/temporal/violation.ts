/** A law that a life broke. */
export interface Violation {
  readonly law: string;
  readonly what: string;
  /** Virtual time. */
  readonly at: number;
}

/** Ends a life: nothing that came after it would mean anything. */
export class FatalViolation extends Error {
  readonly law: string;

  constructor(law: string, what: string) {
    super(`${law}: ${what}`);
    this.law = law;
  }
}
