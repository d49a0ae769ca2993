import { setTimeout as delay } from 'node:timers/promises';
import { endingText, tailOf, type Process } from '../../tools/process.ts';

export interface LookOptions {
  /** The pause between two looks. */
  readonly everyMs?: number;
  /** When it is given up; never by default. */
  readonly deadlineMs?: number;
}

/** Resolves once a GET is answered with a success. Rejects as `untilHolds` does. */
export async function untilServing(url: string, process: Process, options: LookOptions = {}): Promise<void> {
  await untilHolds(process, options, async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  });
}

/** Looks until it holds. Rejects, with the last output of the process, when that ends before or the deadline passes. */
export async function untilHolds(
  process: Process,
  { everyMs = 50, deadlineMs = Infinity }: LookOptions,
  holds: () => Promise<boolean>,
): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!(await holds())) {
    const ending = await Promise.race([process.ended, delay(everyMs, undefined)]);
    const problem = ending ? `ended (${endingText(ending)})` : 'does not serve';
    if (ending || performance.now() > giveUpAt)
      throw new Error(`${process.name} ${problem}. Its last output:\n${tailOf(process.output())}`);
  }
}
