import { randomFor, type Random } from '../../kit/random.ts';
import type { ScenarioHook } from './scenario-builder.ts';
import type { PlannedDelivery } from './types.ts';

export interface DeliveryOptions {
  readonly seed: number;
  readonly spanMs: number;
  /** The number of all deliveries. */
  readonly deliveries: number;
}

/** The orders have more hooks that must arrive than there are deliveries. */
export class TooFewDeliveries extends Error {}

/** Plans how often and when each hook is delivered: some never, some many times, many late or out of order. */
export function planDeliveries(hooks: readonly ScenarioHook[], options: DeliveryOptions): PlannedDelivery[] {
  const random = randomFor(options.seed, 'deliveries');
  const copies = countCopies(hooks, options.deliveries, random);
  const planned = hooks.flatMap((hook, index) => copiesOf(hook, index, copies[index] ?? 0, options, random));
  return planned
    .toSorted((a, b) => a.at - b.at || a.hook - b.hook)
    .map((delivery, id) => ({ id, ...delivery }));
}

const lostShare = 0.09;

function countCopies(hooks: readonly ScenarioHook[], total: number, random: Random): number[] {
  const copies = hooks.map((hook) => {
    if (hook.isSure || hook.isAlone || hook.nature !== 'true') return 1 + (hook.echoes?.copies ?? 0);
    return random.chance(lostShare) ? 0 : 1;
  });
  const isFree = (index: number) => !hooks[index]!.isAlone && hooks[index]!.nature !== 'refused';
  const free = hooks.map((_, index) => index).filter((index) => isFree(index) && copies[index]! > 0);
  let spare = total - copies.reduce((sum, count) => sum + count, 0);
  // With too few deliveries for all hooks, more are lost.
  for (const index of random.shuffle(free)) {
    if (spare >= 0) break;
    if (hooks[index]!.isSure) continue;
    spare += copies[index]!;
    copies[index] = 0;
  }
  if (spare < 0) throw new TooFewDeliveries(`so many orders need ${total - spare} deliveries at least`);
  const weighted = free.flatMap((index) =>
    Array.from({ length: random.pick([1, 1, 1, 3, 3, 24]) }, () => index),
  );
  for (; spare > 0 && weighted.length > 0; spare--)
    copies[weighted[random.int(0, weighted.length - 1)]!]! += 1;
  return copies;
}

function copiesOf(
  hook: ScenarioHook,
  index: number,
  count: number,
  { spanMs }: DeliveryOptions,
  random: Random,
): Omit<PlannedDelivery, 'id'>[] {
  const { at, isSure, isPrompt, echoes, nature } = hook;
  const isAnswerWanted = isSure || nature === 'ignored' || nature === 'refused';
  const firstAt = isPrompt ? at : at + lateness(random);
  // BridgerPay's hooks are sent by POST alone; a GET has the fields in its query.
  const isByQuery = 'event' in hook.content && hook.nature !== 'refused';
  return Array.from({ length: count }, (_, copy) => {
    const echo = echoes && copy > 0 ? at + Math.floor((copy * echoes.overMs) / echoes.copies) : undefined;
    const when =
      echo ?? (copy === 0 ? firstAt : firstAt + (random.chance(0.5) ? random.int(0, 400) : lateness(random)));
    return {
      hook: index,
      at: Math.min(Math.floor(when), spanMs),
      method: isByQuery && random.chance(0.1) ? 'GET' : 'POST',
      tries: isAnswerWanted && copy === 0 ? 'endless' : echoes ? 5 : random.int(1, 5),
    };
  });
}

/** Draws a delay: most hooks come at once, a few half a minute late. */
function lateness(random: Random): number {
  const draw = random.int(0, 99);
  if (draw < 55) return random.int(0, 300);
  if (draw < 80) return random.int(300, 3_000);
  return draw < 95 ? random.int(3_000, 12_000) : random.int(12_000, 30_000);
}
