import type { Policy } from '../../../src/domain/escalation/policy.ts';
import type { Terms } from '../../../src/domain/money/payment.ts';
import type { Dice } from '../dice.ts';
import { bridgerpayWorld } from '../world/bridgerpay.ts';
import { briqpayWorld } from '../world/briqpay.ts';
import type { WireHook, World } from '../world/world.ts';
import { drawPolicy } from './policies.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A hook on its way. */
export interface Sending {
  readonly at: number;
  readonly hook: WireHook;
  readonly isForged: boolean;
}

/** What somebody asks for by the API. */
export type Asking = { readonly at: number } & (
  | { readonly is: 'register'; readonly terms: Terms }
  | { readonly is: 'recheck'; readonly key: string; readonly by: string }
);

/** What happens to Temporal from outside. */
export interface Blow {
  readonly at: number;
  readonly is: 'restart' | 'terminate' | 'junk' | 'look';
}

/** All that a life is made of, but for what depends on how it goes. */
export interface Plan {
  readonly from: number;
  readonly policy: Policy;
  readonly world: World;
  readonly sendings: readonly Sending[];
  readonly askings: readonly Asking[];
  readonly blows: readonly Blow[];
  /** When the last of all this has happened. */
  readonly to: number;
  /** Goes on until the run has closed, however long that takes. */
  readonly isToTheEnd: boolean;
}

/** Draws one life: the same seed gives the same plan. */
export function drawPlan(dice: Dice): Plan {
  const from = Date.UTC(2027, 0, 1) + dice.fork('date').whole(0, 365) * day + dice.fork('hour').whole(0, day);
  const draw = dice.fork('provider').chance(0.7) ? briqpayWorld : bridgerpayWorld;
  const world = draw(dice.fork('world'), from);
  const sendings = drawSendings(dice.fork('hooks'), world, from);
  const askings = drawAskings(dice.fork('askings'), world, from);
  const last = Math.max(
    from + hour,
    ...world.moments.map(({ at }) => at),
    ...sendings.map(({ at }) => at),
    ...askings.map(({ at }) => at),
  );
  const blows = drawBlows(dice.fork('blows'), from, last);
  return {
    from,
    policy: drawPolicy(dice.fork('policy')),
    world,
    sendings,
    askings,
    blows,
    to: Math.max(last, ...blows.map(({ at }) => at)),
    isToTheEnd: dice.fork('end').chance(0.3),
  };
}

/** Each true hook some times or never, soon or late, and others among them that were made up. */
function drawSendings(dice: Dice, { moments, inventions, invent }: World, from: number): Sending[] {
  const isLossy = dice.chance(0.15);
  const true_ = moments.flatMap(({ at, hooks }) =>
    hooks.flatMap((hook) =>
      Array.from({ length: copiesOf(dice, isLossy) }, () => ({
        at: at + delayOf(dice),
        hook,
        isForged: false,
      })),
    ),
  );
  const forged = dice.chance(0.35)
    ? Array.from(
        {
          length: dice.weighted([
            [8, dice.whole(1, 3)],
            [1, dice.whole(4, 12)],
          ]),
        },
        () => {
          const hook = dice.pick(inventions);
          return Array.from(
            {
              length: dice.weighted([
                [4, 1],
                [1, 2],
                [1, 3],
              ]),
            },
            () => ({
              at: forgedAt(
                dice,
                moments.map(({ at }) => at),
                from,
              ),
              hook,
              isForged: true,
            }),
          );
        },
      ).flat()
    : [];
  return [...true_, ...forged, ...drawFlood(dice, moments, invent, from)];
}

/** Now and then somebody invents a hundred at once. */
function drawFlood(dice: Dice, moments: World['moments'], invent: World['invent'], from: number): Sending[] {
  if (!dice.chance(0.012)) return [];
  const at = forgedAt(
    dice,
    moments.map((moment) => moment.at),
    from,
  );
  const spreadMs = dice.pick([0, 100, 5 * second]);
  return Array.from({ length: dice.whole(70, 160) }, () => ({
    at: at + dice.whole(0, spreadMs),
    hook: invent(dice),
    isForged: true,
  }));
}

function copiesOf(dice: Dice, isLossy: boolean): number {
  return dice.weighted([
    [isLossy ? 6 : 1, 0],
    [6, 1],
    [2, dice.whole(2, 4)],
    [0.2, dice.whole(5, 25)],
  ]);
}

function delayOf(dice: Dice): number {
  return dice.weighted([
    [8, dice.whole(0, 2 * second)],
    [3, dice.span(second, 10 * minute)],
    [1, dice.span(minute, 2 * day)],
    [0.15, dice.span(day, 200 * day)],
  ]);
}

/** Anywhere in the life, and rather where something happens. */
function forgedAt(dice: Dice, times: readonly number[], from: number): number {
  const near = times.length > 0 && dice.chance(0.7) ? dice.pick(times) : from;
  return near + dice.span(second, dice.pick([minute, hour, 10 * day]));
}

function drawAskings(dice: Dice, world: World, from: number): Asking[] {
  const ordered = world.asked;
  const terms: Terms = {
    expected: {
      amount: dice.chance(0.06) ? ordered.amount + 1 : ordered.amount,
      currency: dice.chance(0.03) ? 'NOK' : ordered.currency,
    },
    ...(dice.chance(0.7) && {
      reference: dice.chance(0.8)
        ? (world.moments[0]?.truth.reference ?? '1000123')
        : `it's "${dice.whole(1, 99)}"`,
    }),
    ...(dice.chance(0.3) && { method: dice.pick(['Invoice', 'Card']) }),
  };
  const askings: Asking[] = [];
  if (dice.chance(0.65)) {
    const at =
      from +
      dice.weighted([
        [6, 0],
        [2, dice.span(second, hour)],
        [1, dice.span(hour, 9 * day)],
      ]);
    askings.push({ at, is: 'register', terms });
    if (dice.chance(0.15)) askings.push({ at: at + dice.span(second, 9 * day), is: 'register', terms });
    if (dice.chance(0.08))
      askings.push({
        at: at + dice.span(second, day),
        is: 'register',
        terms: { ...terms, reference: 'another' },
      });
  }
  const rechecks = dice.chance(0.3) ? dice.whole(1, 4) : 0;
  for (let count = 0; count < rechecks; count += 1) {
    const at = forgedAt(
      dice,
      world.moments.map((moment) => moment.at),
      from,
    );
    const key = `key-${dice.whole(1, 3)}`;
    askings.push({
      at,
      is: 'recheck',
      key,
      by: dice.weighted([
        [5, 'shop'],
        [1, 'somebody else'],
      ]),
    });
  }
  return askings;
}

function drawBlows(dice: Dice, from: number, to: number): Blow[] {
  const at = () => dice.whole(from, to);
  return [
    ...Array.from(
      {
        length: dice.weighted([
          [6, 0],
          [2, 1],
          [1, 4],
        ]),
      },
      () => ({ at: at(), is: 'restart' as const }),
    ),
    ...Array.from({ length: dice.whole(1, 3) }, () => ({ at: at(), is: 'look' as const })),
    ...(dice.chance(0.05) ? [{ at: at(), is: 'junk' as const }] : []),
    ...(dice.chance(0.02) ? [{ at: at(), is: 'terminate' as const }] : []),
  ];
}
