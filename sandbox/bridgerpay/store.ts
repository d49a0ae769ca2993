import { Refusal } from '../answers.ts';
import { type FaultList, createFaultList } from '../faults.ts';
import type { HooksPlan } from '../hooks-plan.ts';
import type { Memory, Moment } from '../journal.ts';
import { type Behaviour, plainBehaviour } from './behaviour.ts';
import type { Fault } from './faults.ts';
import { type Attempt, type Order, keyOf } from './order.ts';
import type { Kind } from './vocabulary.ts';

/** An order with its past, newest last, and with what was scripted for it alone. */
export interface Held {
  readonly history: { readonly at: number; readonly order: Order }[];
  readonly faults: FaultList<Fault>;
  behaviour: Behaviour;
  plan?: HooksPlan | undefined;
  hookUrl?: string | undefined;
}

/** Snapshots share what did not change, but an order that is polled for weeks must not grow. */
const historyLimit = 50;

/** The orders; what `memory` has of earlier processes is there from the start. */
export function createStore(now: () => number, memory?: Memory<Order>) {
  const orders = new Map<string, Held>();
  /** Transactions by BridgerPay's id, for the endpoints that know no other. */
  const owners = new Map<string, string>();
  for (const moment of memory?.past ?? []) hold(moment, plainBehaviour);

  /** An order's key; of a deposit and a payout with one id the deposit goes first. Unknown: 404. */
  function keyFor(orderId: string, kind?: Kind): string {
    const kinds = kind === undefined ? (['deposit', 'payout'] as const) : [kind];
    const key = kinds.map((each) => keyOf(each, orderId)).find((each) => orders.has(each));
    if (key === undefined) throw new Refusal(404, 'ORDER_NOT_FOUND', 'no such order');
    return key;
  }

  function held(key: string): Held {
    const found = orders.get(key);
    if (found === undefined) throw new Refusal(404, 'ORDER_NOT_FOUND', 'no such order');
    return found;
  }

  function hold({ at, value: order }: Moment<Order>, behaviour: Behaviour): Held {
    const key = keyOf(order.kind, order.orderId);
    const moment = { at, order };
    const known = orders.get(key);
    for (const { id } of order.attempts) owners.set(id, key);
    if (known === undefined) {
      const fresh = { history: [moment], faults: createFaultList<Fault>(), behaviour };
      orders.set(key, fresh);
      return fresh;
    }
    advance(known, moment);
    return known;
  }

  return {
    keyFor,
    held,
    current: (key: string): Order => last(held(key)).order,
    find: (key: string): Order | undefined => {
      const found = orders.get(key);
      return found && last(found).order;
    },
    /** Adds an order, or the next moment of a known one. */
    put(order: Order, behaviour: Behaviour): Held {
      const moment = { at: now(), value: order };
      // First, so that nothing is answered that a kill could make unsaid.
      memory?.keep(moment);
      return hold(moment, behaviour);
    },
    /** The order as a read sees it under `fault`. */
    seen(key: string, fault: Fault | undefined): Order {
      const { history } = held(key);
      const { order: present } = last(held(key));
      const first = history[0]?.order ?? present;
      if (fault?.kind === 'stale') return history.at(-2)?.order ?? first;
      if (fault?.kind !== 'lag') return present;
      const then = now() - fault.ms;
      return history.findLast(({ at }) => at <= then)?.order ?? first;
    },
    /** The order and the transaction that BridgerPay knows by `id`. */
    owner(id: string): { key: string; attempt: Attempt } | undefined {
      const key = owners.get(id);
      const attempt = key && last(held(key)).order.attempts.find((each) => each.id === id);
      return key && attempt ? { key, attempt } : undefined;
    },
    all: (): Order[] => [...orders.values()].map((entry) => last(entry).order),
    clear() {
      orders.clear();
      owners.clear();
    },
  };
}

export type Store = ReturnType<typeof createStore>;

/** What no read shows, such as a session that opens or closes, corrects the present moment and makes no past. */
function advance({ history }: Held, moment: { at: number; order: Order }) {
  const before = history.at(-1);
  const isVisible =
    !isSame(before?.order.attempts, moment.order.attempts) ||
    !isSame(before?.order.refunds, moment.order.refunds);
  if (before !== undefined && !isVisible) history.splice(-1, 1, { at: before.at, order: moment.order });
  else if (history.push(moment) > historyLimit) history.shift();
}

/** What was read from a journal is equal without being the same. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function last({ history }: Held) {
  const moment = history.at(-1);
  if (moment === undefined) throw new Error('an order without a moment');
  return moment;
}
