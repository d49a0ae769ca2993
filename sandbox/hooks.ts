import type { HooksPlan } from './hooks-plan.ts';
import type { Random } from './random.ts';
import type { Timers } from './timers.ts';

/** One hook, ready to travel; every copy and every retry of it is byte for byte the same. */
export interface HookMessage {
  /** Hooks of one lane keep the order of their plan. */
  readonly lane: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for GET, whose fields are in the query. */
  readonly rawBody: string | null;
  /** The fields that it carries, for the ledger. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** How one attempt ended: the status of the receiver's answer, or why there was none. */
export type Attempt = { attempt: number } & ({ answer: number } | { error: string });

export interface CourierOptions {
  timers: Timers;
  random: Random;
  /** Pauses before a failed hook (5xx, 429 or no answer) is tried again; then it is given up. */
  retryMs: readonly number[];
  timeoutMs: number;
  onAttempt(message: HookMessage, attempt: Attempt): void;
  onDrop(message: HookMessage): void;
}

/** Delivers hooks as a plan says. Knows nothing of any provider. */
export interface Courier {
  send(message: HookMessage, plan: HooksPlan): void;
  /** Copies that are held, delayed, under way, or waiting for another try. */
  pending(lane?: string): number;
  /** Forgets all that is pending and breaks off what is under way; the owner clears the timers. */
  reset(): void;
}

interface Lane {
  isOpen: boolean;
  gate: Promise<void>;
  held: HookMessage[];
  queue: HookMessage[];
  inFlight: number;
  pending: number;
}

export function createCourier(options: CourierOptions): Courier {
  const { timers, random, retryMs } = options;
  const lanes = new Map<string, Lane>();
  const flights = new Set<AbortController>();

  function send(message: HookMessage, plan: HooksPlan) {
    if (random.next() < Number(plan.drop)) return options.onDrop(message);
    const lane = laneOf(message.lane);
    const copies = Array.from({ length: plan.copies }, () => message);
    lane.pending += copies.length;
    if (plan.order === 'in_order') return release(lane, copies, plan);
    if (lane.held.length === 0) timers.after(plan.holdMs, () => release(lane, arranged(lane, plan), plan));
    lane.held.push(...copies);
  }

  function arranged(lane: Lane, plan: HooksPlan) {
    const batch = lane.held.splice(0);
    return plan.order === 'shuffled' ? random.shuffle(batch) : batch.reverse();
  }

  function release(lane: Lane, batch: readonly HookMessage[], plan: HooksPlan) {
    for (const message of batch) {
      // Each waits for its own delay and for those before it: delays overlap, the order stays.
      lane.gate = Promise.all([lane.gate, timers.sleep(delayOf(plan, random))]).then(() => {
        lane.queue.push(message);
        pump(lane, plan.concurrency);
      });
    }
  }

  function pump(lane: Lane, concurrency: number) {
    while (lane.inFlight < concurrency) {
      const message = lane.queue.shift();
      if (message === undefined) return;
      lane.inFlight += 1;
      void deliver(lane, message, 1).then(() => {
        lane.inFlight -= 1;
        pump(lane, concurrency);
      });
    }
  }

  async function deliver(lane: Lane, message: HookMessage, attempt: number): Promise<void> {
    if (!lane.isOpen) return;
    const outcome = await post(message);
    if (!lane.isOpen) return;
    options.onAttempt(message, { attempt, ...outcome });
    const pause = retryMs[attempt - 1];
    // A retry leaves its place in the lane: later hooks may overtake it, as they do in the field.
    if (isWorthRetry(outcome) && pause !== undefined)
      timers.after(pause, () => void deliver(lane, message, attempt + 1));
    else lane.pending -= 1;
  }

  async function post({ method, url, headers, rawBody }: HookMessage): Promise<Outcome> {
    const flight = new AbortController();
    flights.add(flight);
    const deadline = setTimeout(() => flight.abort(), options.timeoutMs);
    try {
      const request = { method, headers, body: rawBody, redirect: 'manual', signal: flight.signal } as const;
      const answer = await fetch(url, request);
      await answer.body?.cancel();
      return { answer: answer.status };
    } catch (error) {
      return { error: reasonOf(error) };
    } finally {
      clearTimeout(deadline);
      flights.delete(flight);
    }
  }

  function laneOf(name: string): Lane {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane = { isOpen: true, gate: Promise.resolve(), held: [], queue: [], inFlight: 0, pending: 0 };
    lanes.set(name, lane);
    return lane;
  }

  return {
    send,
    pending(name) {
      if (name !== undefined) return lanes.get(name)?.pending ?? 0;
      return [...lanes.values()].reduce((sum, lane) => sum + lane.pending, 0);
    },
    reset() {
      for (const lane of lanes.values()) lane.isOpen = false;
      for (const flight of flights) flight.abort();
      lanes.clear();
    },
  };
}

type Outcome = { answer: number } | { error: string };

/** fetch hides the socket's error in the cause of its own. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  return name === 'AbortError' ? 'timeout' : (cause?.code ?? message);
}

function isWorthRetry(outcome: Outcome): boolean {
  return 'error' in outcome || outcome.answer >= 500 || outcome.answer === 429;
}

function delayOf({ delayMs }: HooksPlan, random: Random): number {
  if (typeof delayMs === 'number') return delayMs;
  const [min, max] = delayMs;
  return min + random.next() * (max - min);
}
