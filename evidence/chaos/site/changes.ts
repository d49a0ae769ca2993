/** Lets many wait for what somebody else does. */
export interface Changes {
  /** Something has changed: whoever waits looks again. */
  changed(): void;
  /** Resolves once it is so. */
  until(isSo: () => boolean): Promise<void>;
}

export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  return {
    changed: () => waiting.forEach((look) => look()),
    until: (isSo) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isSo()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
