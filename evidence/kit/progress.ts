/** How far a long command is, on the error stream. */
export interface Progress {
  /** Shows the line now. */
  show(): void;
  /** Shows the last line, and shows no more. */
  end(): void;
}

/** Shows a line until it is ended: rewritten on a terminal, elsewhere a new line every ten seconds. */
export function showProgress(line: () => string): Progress {
  const startedAt = Date.now();
  const { stderr } = process;
  const show = () => {
    const text = `${secondsSince(startedAt)} s  ${line()}`;
    stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
  const timer = setInterval(show, stderr.isTTY ? 500 : 10_000);
  return {
    show,
    end() {
      clearInterval(timer);
      show();
      if (stderr.isTTY) stderr.write('\n');
    },
  };
}

/** Writes lines, each with the seconds since it was made. */
export function sayer(write: (line: string) => void): (line: string) => void {
  const startedAt = Date.now();
  return (line) => write(`${`${secondsSince(startedAt)}`.padStart(4)} s  ${line}`);
}

/** Whole seconds since a moment in epoch milliseconds. */
export function secondsSince(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1000);
}
