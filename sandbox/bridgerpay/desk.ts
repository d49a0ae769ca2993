import { Refusal } from '../answers.ts';
import { createFaultList } from '../faults.ts';
import { type Courier, type HookMessage, createCourier } from '../hooks.ts';
import { type HooksPlan, plainPlan } from '../hooks-plan.ts';
import type { Memory } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Timers } from '../timers.ts';
import type { Action, Script } from './actions.ts';
import { plainBehaviour } from './behaviour.ts';
import type { Fault, Operation } from './faults.ts';
import { createLedger } from './ledger.ts';
import { act } from './life.ts';
import { notificationOf } from './notifications.ts';
import { type Change, type HookEvent, type Order, type Source, keyOf, openOrder } from './order.ts';
import { type Held, createStore } from './store.ts';
import type { Kind } from './vocabulary.ts';

export interface DeskOptions extends Source {
  random: Random;
  timers: Timers;
  retryMs: readonly number[];
  hookTimeoutMs: number;
  /** Where orders outlive the process; nowhere by default. */
  memory?: Memory<Order> | undefined;
}

/** The one place where orders change: it keeps the change, and sends the notifications that it calls for. */
export function createDesk(options: DeskOptions, hookUrl: string | undefined) {
  const { now, timers } = options;
  const store = createStore(now, options.memory);
  const ledger = createLedger();
  const plain = () => ({ behaviour: plainBehaviour, plan: plainPlan, hookUrl });
  const defaults = { ...plain(), faults: createFaultList<Fault>() };
  const courier: Courier = createCourier({
    timers,
    random: options.random,
    retryMs: options.retryMs,
    timeoutMs: options.hookTimeoutMs,
    onAttempt: (message, outcome) => ledger.deliveries.add({ ...recordOf(message), ...outcome }),
    onDrop: (message) => ledger.dropped.add(recordOf(message)),
  });

  /** Opens an order, or a known one's next session or payout. `scripted` is what is to hold before its script runs. */
  function open(
    asked: Pick<Order, 'orderId' | 'kind' | 'terms'>,
    scripted: (held: Held) => void = () => undefined,
  ): Change {
    const key = keyOf(asked.kind, asked.orderId);
    const opened = openOrder(store.find(key), asked, options);
    const held = store.put(opened.order, defaults.behaviour);
    scripted(held);
    run(key, held.behaviour.script);
    return opened;
  }

  /** Takes an order one step further; a step that refuses changes nothing. */
  function change(key: string, step: (order: Order) => Change): Change {
    const changed = step(store.current(key));
    store.put(changed.order, defaults.behaviour);
    for (const event of changed.hooks) announce(key, changed.order, event);
    return changed;
  }

  function announce(key: string, order: Order, event: HookEvent) {
    const { behaviour, plan = defaults.plan } = store.held(key);
    const url = hookUrlOf(key);
    if (url === undefined) return;
    const notification = notificationOf({ ...event, order, behaviour, at: now() });
    post(key, url, notification, plan);
  }

  function post(key: string, url: string, body: Readonly<Record<string, unknown>>, plan: HooksPlan) {
    const headers = { 'content-type': 'application/json' };
    courier.send({ lane: key, method: 'POST', url, headers, rawBody: JSON.stringify(body), body }, plan);
  }

  /** Where an order's notifications go; `undefined` where nobody has set a URL. */
  function hookUrlOf(key: string): string | undefined {
    return (store.find(key) && store.held(key).hookUrl) ?? defaults.hookUrl;
  }

  /** Performs one action and writes it down, also where it is refused. */
  function perform(key: string, action: Action, by: 'hand' | 'script'): Change {
    const record = { at: time(), ...whoseIs(key), action: action.action, by };
    try {
      const changed = change(key, (order) => act(order, action, options));
      ledger.actions.add(record);
      return changed;
    } catch (error) {
      if (error instanceof Refusal) ledger.actions.add({ ...record, error: error.message });
      throw error;
    }
  }

  function run(key: string, script: Script) {
    for (const { afterMs, ...step } of script) timers.after(afterMs, () => attempt(key, step));
  }

  /** A script's refused step is in the ledger; nobody waits for its error. */
  function attempt(key: string, step: Action) {
    try {
      perform(key, step, 'script');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  function recordOf({ lane, url, body }: HookMessage) {
    const { type } = body['webhook'] as { type: string };
    return { at: time(), ...whoseIs(lane), type, url, body };
  }

  function time() {
    return new Date(now()).toISOString();
  }

  return {
    store,
    ledger,
    courier,
    /** What holds where an order has nothing of its own. */
    defaults,
    open,
    change,
    perform,
    run,
    post,
    hookUrlOf,
    source: options as Source,
    time,
    /** The fault that strikes this call: the order's own first. */
    faultFor(operation: Operation, key: string | undefined): Fault | undefined {
      const own = key && store.find(key) && store.held(key).faults.take(operation);
      return own || defaults.faults.take(operation);
    },
    /** As new; the owner clears the timers. */
    reset() {
      courier.reset();
      store.clear();
      ledger.clear();
      defaults.faults.set([]);
      Object.assign(defaults, plain());
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;

/** The kind has no colon, so the first one ends it. */
export function whoseIs(key: string): { kind: Kind; orderId: string } {
  const cut = key.indexOf(':');
  return { kind: key.slice(0, cut) as Kind, orderId: key.slice(cut + 1) };
}
