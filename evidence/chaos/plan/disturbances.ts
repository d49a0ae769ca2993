import { randomFor, type Random } from '../../kit/random.ts';
import { links, targets, type PlannedKill, type PlannedFault, type LinkName, type Target } from './types.ts';

interface Extent {
  readonly seed: number;
  readonly spanMs: number;
  readonly kills: number;
}

// Between two stormy halves, time enough for an order to come to the end of a long history.
const calmMs = 20_000;

/** Who is killed when: each of the four as often as the others, over the whole span but for the calm in its middle. */
export function planKills({ seed, spanMs, kills }: Extent): PlannedKill[] {
  const random = randomFor(seed, 'kills');
  const blocks = Math.ceil(kills / targets.length);
  const blocksOfFour = Array.from({ length: blocks }, () => random.shuffle(targets)).flat();
  let temporalKills = 0;
  return endingWith('api', blocksOfFour.slice(0, kills)).map((target, index, { length }) => {
    if (target === 'temporal') temporalKills += 1;
    return {
      at: stormyTime(spanMs, (index + random.int(0, 500) / 1_000) / length),
      target,
      signal: random.chance(1 / 7) ? 'SIGTERM' : 'SIGKILL',
      downMs: downtime(random, target, temporalKills),
    };
  });
}

/** A time of the plan by how far it is into the storms, 0 to 1. */
function stormyTime(spanMs: number, part: number): number {
  const { from, to, stormMs } = stormsOf(spanMs);
  return Math.floor(part < 0.5 ? from + part * stormMs : to - (1 - part) * stormMs);
}

/** When nothing new is disturbed; what began before may last into it. */
export function calmOf(spanMs: number): { readonly from: number; readonly to: number } {
  const { from, to, stormMs } = stormsOf(spanMs);
  return { from: from + stormMs / 2, to: to - stormMs / 2 };
}

function stormsOf(spanMs: number) {
  const [from, to] = [0.04 * spanMs, 0.87 * spanMs];
  return { from, to, stormMs: Math.max(0, to - from - calmMs) };
}

/** What the API remembers of copies is gone once more, late enough that orders have gone on to further runs. */
function endingWith(last: Target, order: readonly Target[]): Target[] {
  const index = order.lastIndexOf(last);
  return index < 0 ? [...order] : [...order.slice(0, index), ...order.slice(index + 1), last];
}

/** Every other absence of Temporal is long enough that hooks come, and are tried again, while it is certainly away. */
function downtime(random: Random, target: Target, nth: number): number {
  if (target === 'temporal' && nth % 2 === 1) return random.int(4_500, 6_000);
  return random.chance(0.15) ? random.int(2_500, 4_000) : random.int(50, 1_500);
}

/** What the links go through in between: every kind of fault on every link, again and again. */
export function planFaults({ seed, spanMs, kills }: Extent): PlannedFault[] {
  const random = randomFor(seed, 'faults');
  const all = links.flatMap((link) => kinds.map((kind) => ({ link, kind })));
  const count = Math.max(all.length, kills);
  const blocks = Math.ceil(count / all.length);
  const order = Array.from({ length: blocks }, () => random.shuffle(all)).flat();
  return order.slice(0, count).map(({ link, kind }, index) => ({
    at: stormyTime(spanMs, (index + random.int(0, 500) / 1_000) / count),
    link,
    kind,
    forMs: lasting[kind](random, link),
    ...(kind === 'delay' && { delayMs: random.int(30, 300) }),
  }));
}

const kinds = ['delay', 'cut', 'blackhole', 'mute'] as const satisfies readonly PlannedFault['kind'][];

const lasting: Readonly<Record<PlannedFault['kind'], (random: Random, link: LinkName) => number>> = {
  delay: (random) => random.int(1_500, 4_000),
  cut: (random) => random.int(100, 1_200),
  // Long enough that hooks come while the API certainly cannot reach Temporal.
  blackhole: (random, link) =>
    link === 'api-temporal' ? random.int(3_500, 5_000) : random.int(1_200, 3_000),
  mute: (random) => random.int(1_500, 3_500),
};
