import { open, type FileHandle } from 'node:fs/promises';

/** A file of lines of JSON. A line that was awaited is on the disk, whatever becomes of this process. */
export interface Ledger<Line> {
  write(line: Line): Promise<void>;
  close(): Promise<void>;
}

/** Opens a new ledger. Lines that come in while the disk is busy go to it together. */
export async function openLedger<Line>(file: string): Promise<Ledger<Line>> {
  const handle: FileHandle = await open(file, 'wx');
  let waiting: {
    readonly text: string;
    readonly done: () => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await handle.write(batch.map(({ text }) => text).join(''));
        await handle.datasync();
        batch.forEach(({ done }) => done());
      } catch (error) {
        batch.forEach(({ fail }) => fail(error));
      }
    }
    flushing = undefined;
  }

  return {
    write: (line) =>
      new Promise((done, fail) => {
        waiting.push({ text: `${JSON.stringify(line)}\n`, done, fail });
        flushing ??= flush();
      }),
    async close() {
      await flushing;
      await handle.close();
    },
  };
}
