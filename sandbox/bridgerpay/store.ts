import { Refusal } from '../answers.ts';
import { type FaultList, createFaultList } from '../faults.ts';
import type { HooksPlan } from '../hooks-plan.ts';
import type { ProviderJournal, Snapshot } from '../journal.ts';
import { type Behaviour, plainBehaviour } from './behaviour.ts';
import type { BridgerpayFault, Patch } from './faults.ts';
import { type Attempt, type BridgerpayOrder, keyOf } from './order.ts';
import type { Kind } from './vocabulary.ts';

/** An order with its earlier states (newest last), and its own faults, patches and settings. */
export interface StoredOrder {
  readonly history: { readonly at: number; readonly order: BridgerpayOrder }[];
  readonly faults: FaultList<BridgerpayFault>;
  readonly patches: FaultList<Patch>;
  behaviour: Behaviour;
  plan?: HooksPlan | undefined;
  hookUrl?: string | undefined;
}

/** Bounds the memory of an order that changes for weeks. */
const historyLimit = 50;

/** The orders, beginning with those of the journal. */
export function createStore(now: () => number, journal?: ProviderJournal<BridgerpayOrder>) {
  const orders = new Map<string, StoredOrder>();
  /** The key of the order by BridgerPay's id of a transaction. */
  const owners = new Map<string, string>();
  for (const snapshot of journal?.past ?? []) hold(snapshot, plainBehaviour);

  /** The key of an order, of the deposit first. Throws a Refusal (404) for an unknown id. */
  function keyFor(orderId: string, kind?: Kind): string {
    const kinds = kind === undefined ? (['deposit', 'payout'] as const) : [kind];
    const key = kinds.map((each) => keyOf(each, orderId)).find((each) => orders.has(each));
    if (key === undefined) throw new Refusal(404, 'ORDER_NOT_FOUND', 'no such order');
    return key;
  }

  function held(key: string): StoredOrder {
    const found = orders.get(key);
    if (found === undefined) throw new Refusal(404, 'ORDER_NOT_FOUND', 'no such order');
    return found;
  }

  function hold({ at, value: order }: Snapshot<BridgerpayOrder>, behaviour: Behaviour): StoredOrder {
    const key = keyOf(order.kind, order.orderId);
    const snapshot = { at, order };
    const known = orders.get(key);
    for (const { id } of order.attempts) owners.set(id, key);
    if (known === undefined) {
      const faults = createFaultList<BridgerpayFault>(now);
      const fresh = { history: [snapshot], faults, patches: createFaultList<Patch>(now), behaviour };
      orders.set(key, fresh);
      return fresh;
    }
    advance(known, snapshot);
    return known;
  }

  return {
    keyFor,
    held,
    current: (key: string): BridgerpayOrder => last(held(key)).order,
    find: (key: string): BridgerpayOrder | undefined => {
      const found = orders.get(key);
      return found && last(found).order;
    },
    /** Adds an order, or the next state of a known one. */
    put(order: BridgerpayOrder, behaviour: Behaviour): StoredOrder {
      const snapshot = { at: now(), value: order };
      // Written first, so that a killed process loses nothing that it has answered.
      journal?.keep(snapshot);
      return hold(snapshot, behaviour);
    },
    /** The order as a read shows it under `fault`. */
    seen(key: string, fault: BridgerpayFault | undefined): BridgerpayOrder {
      const { history } = held(key);
      const { order: present } = last(held(key));
      const first = history[0]?.order ?? present;
      if (fault?.kind === 'stale') return history.at(-2)?.order ?? first;
      if (fault?.kind !== 'lag') return present;
      const then = now() - fault.ms;
      return history.findLast(({ at }) => at <= then)?.order ?? first;
    },
    /** The order and the transaction with BridgerPay's id. */
    owner(id: string): { key: string; attempt: Attempt } | undefined {
      const key = owners.get(id);
      const attempt = key && last(held(key)).order.attempts.find((each) => each.id === id);
      return key && attempt ? { key, attempt } : undefined;
    },
    all: (): BridgerpayOrder[] => [...orders.values()].map((entry) => last(entry).order),
    clear() {
      orders.clear();
      owners.clear();
    },
  };
}

/** Adds a state. A change that no read shows, such as an opened session, replaces the current state instead. */
function advance({ history }: StoredOrder, snapshot: { at: number; order: BridgerpayOrder }) {
  const before = history.at(-1);
  const isVisible =
    !isSame(before?.order.attempts, snapshot.order.attempts) ||
    !isSame(before?.order.refunds, snapshot.order.refunds);
  if (before !== undefined && !isVisible) history.splice(-1, 1, { at: before.at, order: snapshot.order });
  else if (history.push(snapshot) > historyLimit) history.shift();
}

/** Values from a journal are equal, but not identical. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function last({ history }: StoredOrder) {
  const snapshot = history.at(-1);
  if (snapshot === undefined) throw new Error('an order without a state');
  return snapshot;
}
