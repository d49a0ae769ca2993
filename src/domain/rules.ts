/**
 * Rules that came when orders ran already, and that change what one commands. A step asks for one only where it makes a
 * difference, so that no other history is marked with it; in a history of before it the old rule counts.
 */
export const laterRules = [
  'proof-lasts',
  'retry-stays',
  'owner-stays',
  'notified-bounded',
  'own-currency',
  'attempt-passed',
  'word-needs-money',
] as const;

/** Whether a rule counts: in a workflow, its `patched`. */
export type HasRule = (rule: (typeof laterRules)[number]) => boolean;

export const everyRule: HasRule = () => true;
