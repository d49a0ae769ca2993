import type { Policy } from '../../../src/domain/escalation/policy.ts';
import type { Terms } from '../../../src/domain/money/payment.ts';
import type { Random } from '../../kit/random.ts';
import { bridgerpayWorld } from '../world/bridgerpay.ts';
import { briqpayWorld } from '../world/briqpay.ts';
import type { WireHook, World } from '../world/world.ts';
import { drawPolicy } from './policies.ts';
import { day, hour, minute, second } from '../../kit/time.ts';

/** One copy of a hook, when it arrives. */
export interface HookDelivery {
  readonly at: number;
  readonly hook: WireHook;
  readonly isForged: boolean;
}

/** A call of the API. */
export type ApiCall = { readonly at: number } & (
  | { readonly is: 'register'; readonly terms: Terms }
  | { readonly is: 'recheck'; readonly key: string; readonly by: string }
);

/** Something that is done to Temporal from outside. */
export interface Disturbance {
  readonly at: number;
  readonly is: 'restart' | 'terminate' | 'junk' | 'query';
}

/** All that a trial is made of, but for what depends on its course. */
export interface Plan {
  readonly from: number;
  readonly policy: Policy;
  readonly world: World;
  readonly deliveries: readonly HookDelivery[];
  readonly apiCalls: readonly ApiCall[];
  readonly disturbances: readonly Disturbance[];
  /** The time of the last of all this. */
  readonly to: number;
  /** The trial goes on until the run has closed. */
  readonly isToTheEnd: boolean;
}

/** Draws the plan of a trial. */
export function drawPlan(random: Random): Plan {
  const from = Date.UTC(2027, 0, 1) + random.fork('date').int(0, 365) * day + random.fork('hour').int(0, day);
  const draw = random.fork('provider').chance(0.7) ? briqpayWorld : bridgerpayWorld;
  const world = draw(random.fork('world'), from);
  const deliveries = drawDeliveries(random.fork('hooks'), world, from);
  const apiCalls = drawApiCalls(random.fork('askings'), world, from);
  const last = Math.max(
    from + hour,
    ...world.moments.map(({ at }) => at),
    ...deliveries.map(({ at }) => at),
    ...apiCalls.map(({ at }) => at),
  );
  const disturbances = drawDisturbances(random.fork('blows'), from, last);
  return {
    from,
    policy: drawPolicy(random.fork('policy')),
    world,
    deliveries,
    apiCalls,
    disturbances,
    to: Math.max(last, ...disturbances.map(({ at }) => at)),
    isToTheEnd: random.fork('end').chance(0.3),
  };
}

/** Draws how often and when each true hook comes, and forged ones among them. */
function drawDeliveries(random: Random, world: World, from: number): HookDelivery[] {
  const { moments, forgeries } = world;
  const isLossy = random.chance(0.15);
  const true_ = moments.flatMap(({ at, hooks }) =>
    hooks.flatMap((hook) =>
      Array.from({ length: copiesOf(random, isLossy) }, () => ({
        at: at + delayOf(random),
        hook,
        isForged: false,
      })),
    ),
  );
  const forged = random.chance(0.35)
    ? Array.from({ length: random.weighted([8, random.int(1, 3)], [1, random.int(4, 12)]) }, () => {
        const hook = random.pick(forgeries);
        return Array.from({ length: random.weighted([4, 1], [1, 2], [1, 3]) }, () => ({
          at: forgedAt(random, world, from),
          hook,
          isForged: true,
        }));
      }).flat()
    : [];
  return [...true_, ...forged, ...drawFlood(random, world, from)];
}

/** Draws, rarely, a hundred forged hooks at once. */
function drawFlood(random: Random, world: World, from: number): HookDelivery[] {
  if (!random.chance(0.012)) return [];
  const at = forgedAt(random, world, from);
  const spreadMs = random.pick([0, 100, 5 * second]);
  return Array.from({ length: random.int(70, 160) }, () => ({
    at: at + random.int(0, spreadMs),
    hook: world.newForgery(random),
    isForged: true,
  }));
}

function copiesOf(random: Random, isLossy: boolean): number {
  return random.weighted([isLossy ? 6 : 1, 0], [6, 1], [2, random.int(2, 4)], [0.2, random.int(5, 25)]);
}

function delayOf(random: Random): number {
  return random.weighted(
    [8, random.int(0, 2 * second)],
    [3, random.duration(second, 10 * minute)],
    [1, random.duration(minute, 2 * day)],
    [0.15, random.duration(day, 200 * day)],
  );
}

/** Draws a time, often one soon after something happened. */
function forgedAt(random: Random, { moments }: World, from: number): number {
  const near = moments.length > 0 && random.chance(0.7) ? random.pick(moments).at : from;
  return near + random.duration(second, random.pick([minute, hour, 10 * day]));
}

function drawApiCalls(random: Random, world: World, from: number): ApiCall[] {
  const ordered = world.ordered;
  const terms: Terms = {
    expected: {
      amount: random.chance(0.06) ? ordered.amount + 1 : ordered.amount,
      currency: random.chance(0.03) ? 'NOK' : ordered.currency,
    },
    ...(random.chance(0.7) && {
      reference: random.chance(0.8)
        ? (world.moments[0]?.truth.reference ?? '1000123')
        : `it's "${random.int(1, 99)}"`,
    }),
    ...(random.chance(0.3) && { method: random.pick(['Invoice', 'Card']) }),
  };
  const apiCalls: ApiCall[] = [];
  if (random.chance(0.65)) {
    const at =
      from + random.weighted([6, 0], [2, random.duration(second, hour)], [1, random.duration(hour, 9 * day)]);
    apiCalls.push({ at, is: 'register', terms });
    if (random.chance(0.15))
      apiCalls.push({ at: at + random.duration(second, 9 * day), is: 'register', terms });
    if (random.chance(0.08))
      apiCalls.push({
        at: at + random.duration(second, day),
        is: 'register',
        terms: { ...terms, reference: 'another' },
      });
  }
  const rechecks = random.chance(0.3) ? random.int(1, 4) : 0;
  for (let count = 0; count < rechecks; count += 1) {
    const at = forgedAt(random, world, from);
    const key = `key-${random.int(1, 3)}`;
    apiCalls.push({ at, is: 'recheck', key, by: random.weighted([5, 'shop'], [1, 'somebody else']) });
  }
  return apiCalls;
}

function drawDisturbances(random: Random, from: number, to: number): Disturbance[] {
  const at = () => random.int(from, to);
  return [
    ...Array.from({ length: random.weighted([6, 0], [2, 1], [1, 4]) }, () => ({
      at: at(),
      is: 'restart' as const,
    })),
    ...Array.from({ length: random.int(1, 3) }, () => ({ at: at(), is: 'query' as const })),
    ...(random.chance(0.05) ? [{ at: at(), is: 'junk' as const }] : []),
    ...(random.chance(0.02) ? [{ at: at(), is: 'terminate' as const }] : []),
  ];
}
