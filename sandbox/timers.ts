/** Timers that are cleared when the sandbox is closed or reset. */
export interface Timers {
  /** Runs `task` after `ms`, unless cleared before. */
  after(ms: number, task: () => void): void;
  /** Resolves after `ms`. Never resolves if cleared before. */
  sleep(ms: number): Promise<void>;
  clear(): void;
}

export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();

  function after(ms: number, task: () => void) {
    const timer = setTimeout(() => {
      running.delete(timer);
      task();
    }, ms);
    running.add(timer);
  }

  return {
    after,
    sleep: (ms) => (ms === 0 ? Promise.resolve() : new Promise((resolve) => after(ms, resolve))),
    clear() {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
