const everyMs = 3_000;

export interface Progress {
  /** So much is done; `found` says what came of it so far. */
  at(done: number, found: string): void;
  end(): void;
}

/** One line on the error stream that says how far a long command is: rewritten on a terminal, else now and then a new one. */
export function progressLine(total: number, what: string): Progress {
  const { stderr } = process;
  const begun = Date.now();
  let last = 0;
  let isOpen = false;
  return {
    at(done, found) {
      const now = Date.now();
      if (now - last < (stderr.isTTY ? 200 : everyMs)) return;
      last = now;
      const line = `${done}/${total} ${what}, ${found}, ${Math.round((now - begun) / 1000)} s`;
      isOpen = stderr.isTTY;
      stderr.write(isOpen ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (isOpen) stderr.write('\n');
    },
  };
}
