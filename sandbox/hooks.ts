import type { HooksPlan } from './hooks-plan.ts';
import type { Random } from './random.ts';
import type { Timers } from './timers.ts';

/** One hook, ready to send. All copies and retries have the same bytes. */
export interface HookMessage {
  /** Hooks of one lane keep the order of their plan. */
  readonly lane: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for GET, whose fields are in the query. */
  readonly rawBody: string | null;
  /** The fields, for the ledger. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The result of one attempt: the status that the receiver answered, or the network error. */
type Attempt = { attempt: number } & ({ answer: number } | { error: string });

export interface CourierOptions {
  timers: Timers;
  random: Random;
  /** The pauses between the attempts of a failing hook (5xx, 429 or no answer); after the last one it is given up. */
  retryMs: readonly number[];
  timeoutMs: number;
  onAttempt(message: HookMessage, attempt: Attempt): void;
  onDrop(message: HookMessage): void;
}

/** Delivers hooks as a plan says, for any provider. */
export interface Courier {
  send(message: HookMessage, plan: HooksPlan): void;
  /** How many copies are held, delayed, being sent, or waiting for another attempt. */
  pending(lane?: string): number;
  /** Drops everything pending and aborts the requests under way. The owner clears the timers. */
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
      // Each hook waits for its own delay and for the hooks before it, so that delays do not change the order.
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
    const result = await post(message);
    if (!lane.isOpen) return;
    options.onAttempt(message, { attempt, ...result });
    const pause = retryMs[attempt - 1];
    // Later hooks may overtake a retry, as with the real providers.
    if (isWorthRetry(result) && pause !== undefined)
      timers.after(pause, () => void deliver(lane, message, attempt + 1));
    else lane.pending -= 1;
  }

  async function post({ method, url, headers, rawBody }: HookMessage): Promise<DeliveryResult> {
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

type DeliveryResult = { answer: number } | { error: string };

/** fetch puts the error of the socket into the cause of its own error. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  return name === 'AbortError' ? 'timeout' : (cause?.code ?? message);
}

function isWorthRetry(result: DeliveryResult): boolean {
  return 'error' in result || result.answer >= 500 || result.answer === 429;
}

function delayOf({ delayMs }: HooksPlan, random: Random): number {
  if (typeof delayMs === 'number') return delayMs;
  const [min, max] = delayMs;
  return min + random.next() * (max - min);
}
