/** The meaning of a code, for the order, the alerts and the documents. */
export interface Meaning<IsFinding extends boolean> {
  /** It is listed among the order's findings. */
  readonly isFinding: IsFinding;
  /** A person is asked as soon as it holds: it sets `NeedsAttention` until it ends or a person resolves it. */
  readonly needsPerson: boolean;
  /**
   * Whether it is a reason that escalates the order, and when its first level is reached. `ladder`: with the first delay
   * of the ladder. `atOnce`: with the read that shows it; later levels follow the ladder.
   */
  readonly escalates: 'no' | 'ladder' | 'atOnce';
  /** What holds, in one sentence. */
  readonly meaning: string;
  /** What a person does about it, in one or two sentences. */
  readonly action: string;
}
