const everyMs = 3_000;

export interface Progress {
  /** `done` of the total are done; `found` is the result so far. */
  at(done: number, found: string): void;
  end(): void;
}

/** Shows how far a command is on the error stream: on a terminal in one line, elsewhere in a line now and then. */
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
