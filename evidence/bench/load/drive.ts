import { setTimeout as delay } from 'node:timers/promises';
import { Latencies, type Latency } from './latency.ts';

/** The result of a number of calls. */
export interface Driven {
  readonly seconds: number;
  readonly perSecond: number;
  readonly latencyMs: Latency;
  /** How often each outcome came: an HTTP status, or 0 for a call that failed. */
  readonly outcomes: Readonly<Record<number, number>>;
}

/** Does the nth of the things to do, and answers its outcome. */
export type Act = (n: number) => Promise<number>;

/** Closed loop: `concurrency` callers, each begins its next call when its last has ended. */
export async function driveClosed(
  { count, concurrency }: { readonly count: number; readonly concurrency: number },
  act: Act,
): Promise<Driven> {
  const record = createRecord();
  const startedAt = performance.now();
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const n = next++;
      const at = performance.now();
      record.add(await act(n), performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return record.driven(performance.now() - startedAt);
}

/**
 * Open loop: calls begin on a fixed schedule, whether earlier ones have ended or not, and a latency counts from the moment
 * that was scheduled. So a stall shows in all the calls that it held up.
 */
export async function driveOpen(
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
  act: Act,
): Promise<Driven> {
  const record = createRecord();
  const startedAt = performance.now();
  const dueAt = (n: number) => startedAt + (n * 1000) / perSecond;
  const calls: Promise<void>[] = [];
  while (calls.length < count) {
    while (calls.length < count && dueAt(calls.length) <= performance.now()) {
      const n = calls.length;
      calls.push(act(n).then((outcome) => record.add(outcome, performance.now() - dueAt(n))));
    }
    await delay(1);
  }
  await Promise.all(calls);
  return record.driven(performance.now() - startedAt);
}

function createRecord() {
  const latencies = new Latencies();
  const outcomes: Record<number, number> = {};
  let count = 0;
  return {
    add(outcome: number, ms: number) {
      count += 1;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      latencies.add(ms);
    },
    driven(ms: number): Driven {
      return { seconds: ms / 1000, perSecond: (count * 1000) / ms, latencyMs: latencies.summary, outcomes };
    },
  };
}
