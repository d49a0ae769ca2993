import { Refusal } from '../answers.ts';
import { type FaultList, createFaultList } from '../faults.ts';
import type { HooksPlan } from '../hooks-plan.ts';
import type { Behaviour } from './behaviour.ts';
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

export function createStore(now: () => number) {
  const orders = new Map<string, Held>();
  /** Transactions by BridgerPay's id, for the endpoints that know no other. */
  const owners = new Map<string, string>();

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
      const key = keyOf(order.kind, order.orderId);
      const moment = { at: now(), order };
      const known = orders.get(key);
      for (const { id } of order.attempts) owners.set(id, key);
      if (known === undefined) {
        const fresh = { history: [moment], faults: createFaultList<Fault>(), behaviour };
        orders.set(key, fresh);
        return fresh;
      }
      advance(known, moment);
      return known;
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
    before?.order.attempts !== moment.order.attempts || before.order.refunds !== moment.order.refunds;
  if (before !== undefined && !isVisible) history.splice(-1, 1, { at: before.at, order: moment.order });
  else if (history.push(moment) > historyLimit) history.shift();
}

function last({ history }: Held) {
  const moment = history.at(-1);
  if (moment === undefined) throw new Error('an order without a moment');
  return moment;
}
