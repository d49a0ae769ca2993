import { open, type FileHandle } from 'node:fs/promises';

/** A file of JSON lines. An awaited line is on the disk, even if this process dies. */
export interface Ledger<Line> {
  write(line: Line): Promise<void>;
  close(): Promise<void>;
}

/** Creates a ledger; throws where the file exists. Lines that wait for the disk are written together. */
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
