import type { ReadFailure } from '../../../src/domain/money/payment.ts';
import type { Dice } from '../dice.ts';
import type { Request } from '../server/activities.ts';
import type { Luck } from '../server/worker.ts';
import { momentAt, type World } from '../world/world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time in which something goes wrong in one way. */
interface Spell extends Span {
  readonly trouble: ReadFailure | 'slow' | 'stale' | 'poor' | 'orphaned';
  /** How many of the requests it strikes. */
  readonly share: number;
}

/** Everything that may go wrong in a life, by its dice, until it is quiet. */
export interface Weather extends Luck {
  readonly isCalm: boolean;
  readonly spells: readonly Spell[];
  readonly outages: readonly Span[];
  /** When the last spell and the last outage are over. */
  readonly until: number;
  request(now: number, world: World): Request;
  providerUpAt(now: number): number;
  /** How long workers were away between two times. */
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

export interface WeatherTimes {
  readonly from: number;
  readonly to: number;
  /** From then on nothing goes wrong any more. */
  readonly quietFrom: () => number;
}

/** Draws the weather of a life that goes from one time to another. */
export function drawWeather(dice: Dice, { from, to, quietFrom }: WeatherTimes): Weather {
  const kind = dice.weighted<'calm' | 'rough' | 'storm'>([
    [4, 'calm'],
    [4, 'rough'],
    [2, 'storm'],
  ]);
  const isCalm = kind === 'calm';
  const spells = isCalm ? [] : drawSpells(dice, kind === 'storm' ? 4 : 2, from, to);
  const outages = isCalm || dice.chance(0.5) ? [] : drawOutages(dice, from, to);
  const queueOutages = isCalm || dice.chance(0.5) ? [] : drawOutages(dice, from, to);
  const noise = isCalm ? 0 : dice.pick([0, 0.02, 0.2]);
  const lag = isCalm
    ? 'none'
    : dice.weighted([
        [5, 'none'],
        [4, 'some'],
        [1, 'heavy'],
      ] as const);
  const evictions = dice.pick([0, 0.02, 0.1, 0.5]);
  const losses = isCalm ? 0 : dice.pick([0, 0, 0.02, 0.1]);
  const pretending = dice.pick([0, 0, 0.01, 0.05]);
  let longest = to;
  for (const { to: end } of [...spells, ...outages, ...queueOutages]) longest = Math.max(longest, end);

  return {
    isCalm,
    spells,
    outages: [...outages, ...queueOutages],
    until: longest,
    ordersUpAt: (now) => upAt(outages, now),
    providerUpAt: (now) => upAt(queueOutages, now),
    taskDelayMs: () =>
      dice.weighted([
        [9, dice.whole(0, 40)],
        [1, dice.whole(40, 2_000)],
      ]),
    // Replays of a long history are dear, and show little that those of a short one do not.
    evicts: (activations) => dice.chance(evictions * Math.min(1, 5 / activations)),
    losesTask: () => dice.chance(losses),
    pretends: () => (dice.chance(pretending) ? dice.pick([1_001, 1_200, 5_000]) : 0),
    timerLateMs: () => dice.whole(0, 900),
    awayBetween: (begin, end) =>
      [...outages, ...queueOutages].reduce((sum, span) => sum + overlap(span, begin, end), 0),
    request,
  };

  function request(now: number, world: World): Request {
    const isQuiet = now >= quietFrom();
    const spell = isQuiet
      ? undefined
      : spells.find((one) => now >= one.from && now < one.to && dice.chance(one.share));
    const trouble =
      spell?.trouble ??
      (!isQuiet && dice.chance(noise) ? dice.pick([...transient, 'slow'] as const) : undefined);
    const takesMs =
      trouble === 'slow'
        ? dice.span(900, 20_000)
        : dice.weighted([
            [9, dice.whole(20, 250)],
            [isCalm || isQuiet ? 0 : 1, dice.span(250, 3_000)],
          ]);
    const isOrphaned = trouble === 'orphaned';
    if (trouble && (failures as readonly string[]).includes(trouble)) {
      const failure = trouble as ReadFailure;
      const isTransient = transient.includes(failure);
      const retryAfterMs =
        failure === 'rate_limited' && dice.chance(0.5) ? dice.pick([500, 5_000, 90_000]) : undefined;
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
    const seenAt = now + takesMs / 2 - (isQuiet ? 0 : lagMs());
    const latest = momentAt(world, seenAt);
    const moment = trouble === 'stale' ? Math.max(-1, latest - dice.whole(1, 3)) : latest;
    const shown = world.moments[moment];
    const isPoor = trouble === 'poor' && shown !== undefined && shown.poor !== shown.full;
    const attempt = shown ? (isPoor ? shown.poor : shown.full) : world.before;
    return {
      takesMs,
      isOrphaned,
      attempt,
      end: attempt.ok ? { ok: true, moment, isPoor } : { ok: false, failure: attempt.failure },
    };
  }

  function lagMs(): number {
    switch (lag) {
      case 'none':
        return 0;
      case 'some':
        return dice.chance(0.3) ? dice.span(200, 20_000) : 0;
      case 'heavy':
        return dice.chance(0.5) ? dice.span(second, 10 * minute) : 0;
    }
  }
}

function drawSpells(dice: Dice, most: number, from: number, to: number): Spell[] {
  const troubles = [...failures, 'slow', 'stale', 'stale', 'poor', 'orphaned'] as const;
  return Array.from({ length: dice.whole(1, most) }, () => {
    const begin = dice.whole(from, to);
    return {
      from: begin,
      to: begin + dice.span(10 * second, 30 * hour),
      trouble: dice.pick(troubles),
      share: dice.pick([1, 1, 0.5, 0.2]),
    };
  });
}

function drawOutages(dice: Dice, from: number, to: number): Span[] {
  return Array.from({ length: dice.whole(1, 2) }, () => {
    const begin = dice.whole(from, to);
    return { from: begin, to: begin + dice.span(5 * second, 6 * hour) };
  });
}

function upAt(outages: readonly Span[], now: number): number {
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

function overlap({ from, to }: Span, begin: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, begin));
}
