import type { ReadFailure } from '../../../src/domain/money/payment.ts';
import type { Random } from '../../kit/random.ts';
import type { DrawnRequest } from '../../kit/temporal/activities.ts';
import type { WorkerFaults } from '../../kit/temporal/worker.ts';
import { hour, minute, second } from '../../kit/time.ts';
import { momentAt, type World } from '../world/world.ts';

interface Period {
  readonly from: number;
  readonly to: number;
}

/** A time in which requests go wrong in one way. */
interface FaultPeriod extends Period {
  readonly fault: ReadFailure | 'slow' | 'stale' | 'poor' | 'orphaned';
  /** The part of the requests that it concerns. */
  readonly fraction: number;
}

/** Everything that may go wrong in a trial. */
export interface Faults extends WorkerFaults {
  readonly isFaultFree: boolean;
  /** The end of the last period and outage. */
  readonly until: number;
  request(now: number, world: World): DrawnRequest;
  providerWorkerUpAt(now: number): number;
  /** For how many milliseconds between two times workers were away. */
  awayBetween(from: number, to: number): number;
}

const failures: readonly ReadFailure[] = [
  'unknown_session',
  'foreign_session',
  'malformed',
  'credentials',
  'rate_limited',
  'timeout',
  'unavailable',
  'refused',
];
const transient: readonly ReadFailure[] = ['malformed', 'rate_limited', 'timeout', 'unavailable'];

export interface FaultTimes {
  readonly from: number;
  readonly to: number;
  /** Nothing goes wrong from then on. */
  readonly settledFrom: () => number;
}

/** Draws the faults of a trial between two times. */
export function drawFaults(random: Random, { from, to, settledFrom }: FaultTimes): Faults {
  const kind = random.weighted<'none' | 'some' | 'many'>([4, 'none'], [4, 'some'], [2, 'many']);
  const isFaultFree = kind === 'none';
  const periods = isFaultFree ? [] : drawPeriods(random, kind === 'many' ? 4 : 2, from, to);
  const outages = isFaultFree || random.chance(0.5) ? [] : drawOutages(random, from, to);
  const queueOutages = isFaultFree || random.chance(0.5) ? [] : drawOutages(random, from, to);
  const noise = isFaultFree ? 0 : random.pick([0, 0.02, 0.2]);
  const lag = isFaultFree
    ? 'none'
    : random.weighted<'none' | 'some' | 'heavy'>([5, 'none'], [4, 'some'], [1, 'heavy']);
  const evictions = random.pick([0, 0.02, 0.1, 0.5]);
  const losses = isFaultFree ? 0 : random.pick([0, 0, 0.02, 0.1]);
  const lengthening = random.pick([0, 0, 0.01, 0.05]);
  const until = Math.max(to, ...[...periods, ...outages, ...queueOutages].map((period) => period.to));

  return {
    isFaultFree,
    until,
    orderWorkerUpAt: (now) => upAt(outages, now),
    providerWorkerUpAt: (now) => upAt(queueOutages, now),
    taskDelayMs: () => random.weighted([9, random.int(0, 40)], [1, random.int(40, 2_000)]),
    // The replay of a long history takes long, and shows little more than that of a short one.
    evicts: (activations) => random.chance(evictions * Math.min(1, 5 / activations)),
    losesTask: () => random.chance(losses),
    extraEvents: () => (random.chance(lengthening) ? random.pick([1_001, 1_200, 5_000]) : 0),
    timerDelayMs: () => random.int(0, 900),
    awayBetween: (begin, end) =>
      [...outages, ...queueOutages].reduce((sum, outage) => sum + overlap(outage, begin, end), 0),
    request,
  };

  function request(now: number, world: World): DrawnRequest {
    const isSettled = now >= settledFrom();
    const period = isSettled
      ? undefined
      : periods.find((one) => now >= one.from && now < one.to && random.chance(one.fraction));
    const fault =
      period?.fault ??
      (!isSettled && random.chance(noise) ? random.pick([...transient, 'slow'] as const) : undefined);
    const takesMs =
      fault === 'slow'
        ? random.duration(900, 20_000)
        : random.weighted(
            [9, random.int(20, 250)],
            [isFaultFree || isSettled ? 0 : 1, random.duration(250, 3_000)],
          );
    const isOrphaned = fault === 'orphaned';
    if (fault && (failures as readonly string[]).includes(fault)) {
      const failure = fault as ReadFailure;
      const isTransient = transient.includes(failure);
      const retryAfterMs =
        failure === 'rate_limited' && random.chance(0.5) ? random.pick([500, 5_000, 90_000]) : undefined;
      return {
        takesMs,
        isOrphaned,
        attempt: {
          ok: false,
          failure,
          detail: `as drawn: ${failure}`,
          isTransient,
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        },
        end: { ok: false, failure },
      };
    }
    const seenAt = now + takesMs / 2 - (isSettled ? 0 : lagMs());
    const latest = momentAt(world, seenAt);
    const moment = fault === 'stale' ? Math.max(-1, latest - random.int(1, 3)) : latest;
    const shown = world.moments[moment];
    const isPoor = fault === 'poor' && shown !== undefined && shown.poor !== shown.full;
    const attempt = shown ? (isPoor ? shown.poor : shown.full) : world.before;
    return {
      takesMs,
      isOrphaned,
      attempt,
      ...(shown?.withAttempts && !isPoor && { withAttempts: shown.withAttempts }),
      end: attempt.ok ? { ok: true, moment, isPoor } : { ok: false, failure: attempt.failure },
    };
  }

  function lagMs(): number {
    switch (lag) {
      case 'none':
        return 0;
      case 'some':
        return random.chance(0.3) ? random.duration(200, 20_000) : 0;
      case 'heavy':
        return random.chance(0.5) ? random.duration(second, 10 * minute) : 0;
    }
  }
}

function drawPeriods(random: Random, most: number, from: number, to: number): FaultPeriod[] {
  const faultKinds = [...failures, 'slow', 'stale', 'stale', 'poor', 'orphaned'] as const;
  return Array.from({ length: random.int(1, most) }, () => {
    const begin = random.int(from, to);
    return {
      from: begin,
      to: begin + random.duration(10 * second, 30 * hour),
      fault: random.pick(faultKinds),
      fraction: random.pick([1, 1, 0.5, 0.2]),
    };
  });
}

function drawOutages(random: Random, from: number, to: number): Period[] {
  return Array.from({ length: random.int(1, 2) }, () => {
    const begin = random.int(from, to);
    return { from: begin, to: begin + random.duration(5 * second, 6 * hour) };
  });
}

function upAt(outages: readonly Period[], now: number): number {
  let at = now;
  for (let moved = true; moved;) {
    moved = false;
    for (const { from, to } of outages)
      if (at >= from && at < to) {
        at = to;
        moved = true;
      }
  }
  return at;
}

function overlap({ from, to }: Period, begin: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, begin));
}
