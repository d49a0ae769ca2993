/** Lets many wait for a condition without asking again and again. */
export interface Changes {
  /** Something has changed: every condition that is waited for is tried again. */
  changed(): void;
  /** Resolves once the condition holds. */
  until(holds: () => boolean): Promise<void>;
}

export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  return {
    changed: () => waiting.forEach((look) => look()),
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
