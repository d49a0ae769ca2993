import { Refusal } from '../answers.ts';
import { createFaultList } from '../faults.ts';
import { type Courier, type HookMessage, createCourier } from '../hooks.ts';
import { type HooksPlan, plainPlan } from '../hooks-plan.ts';
import type { ProviderJournal } from '../journal.ts';
import { overlaid } from '../overlay.ts';
import { toJson } from '../raw-json.ts';
import type { Random } from '../random.ts';
import type { Timers } from '../timers.ts';
import type { Action, Script } from './actions.ts';
import { plainBehaviour } from './behaviour.ts';
import type { BridgerpayFault, Operation, Patch, ReadName } from './faults.ts';
import { createLedger } from './ledger.ts';
import { applyAction } from './apply-action.ts';
import { notificationOf } from './notifications.ts';
import { type Change, type HookEvent, type BridgerpayOrder, type Source, keyOf, openOrder } from './order.ts';
import { type StoredOrder, createStore } from './store.ts';
import type { Kind } from './vocabulary.ts';

export interface StateMachineOptions extends Source {
  random: Random;
  timers: Timers;
  retryMs: readonly number[];
  hookTimeoutMs: number;
  /** Keeps the orders across restarts; without it they end with the process. */
  journal?: ProviderJournal<BridgerpayOrder> | undefined;
}

/** The only place where orders change: it stores each change and sends the notifications of the change. */
export function createStateMachine(options: StateMachineOptions, hookUrl: string | undefined) {
  const { now, timers } = options;
  const store = createStore(now, options.journal);
  const ledger = createLedger();
  const plain = () => ({ behaviour: plainBehaviour, plan: plainPlan, hookUrl });
  const defaults = {
    ...plain(),
    faults: createFaultList<BridgerpayFault>(now),
    patches: createFaultList<Patch>(now),
  };
  const courier: Courier = createCourier({
    timers,
    random: options.random,
    retryMs: options.retryMs,
    timeoutMs: options.hookTimeoutMs,
    onAttempt: (message, outcome) => ledger.deliveries.add({ ...recordOf(message), ...outcome }),
    onDrop: (message) => ledger.dropped.add(recordOf(message)),
  });

  /** Opens an order, or the next session or payout of a known one. `configure` sets it up before its script runs. */
  function open(
    asked: Pick<BridgerpayOrder, 'orderId' | 'kind' | 'request'>,
    configure: (held: StoredOrder) => void = () => undefined,
  ): Change {
    const key = keyOf(asked.kind, asked.orderId);
    const opened = openOrder(store.find(key), asked, options);
    const held = store.put(opened.order, defaults.behaviour);
    configure(held);
    run(key, held.behaviour.script);
    return opened;
  }

  /** Applies a step to an order. A refused step changes nothing. */
  function change(key: string, step: (order: BridgerpayOrder) => Change): Change {
    const changed = step(store.current(key));
    store.put(changed.order, defaults.behaviour);
    for (const event of changed.hooks) announce(key, changed.order, event);
    return changed;
  }

  function announce(key: string, order: BridgerpayOrder, event: HookEvent) {
    const { behaviour, plan = defaults.plan } = store.held(key);
    const url = hookUrlOf(key);
    if (url === undefined) return;
    const notification = notificationOf({ ...event, order, behaviour, at: now() });
    const patch = patchFor('hook', key);
    post(key, url, patch ? overlaid(notification, patch) : notification, plan);
  }

  function post(key: string, url: string, body: Readonly<Record<string, unknown>>, plan: HooksPlan) {
    postText(key, url, { text: toJson(body), body }, plan);
  }

  /** Sends exactly this text; `body` is for the ledger. */
  function postText(
    key: string,
    url: string,
    { text, body }: { text: string; body: Readonly<Record<string, unknown>> },
    plan: HooksPlan,
  ) {
    const headers = { 'content-type': 'application/json' };
    courier.send({ lane: key, method: 'POST', url, headers, rawBody: text, body }, plan);
  }

  /** Takes the patch for this answer or notification: one of the order itself first. */
  function patchFor(operation: Operation | ReadName | 'hook', key: string | undefined): Patch | undefined {
    const names = namesOf(operation);
    const own = key && store.find(key) && store.held(key).patches.take(...names);
    return own || defaults.patches.take(...names);
  }

  /** The URL of an order's notifications; undefined where none is set. */
  function hookUrlOf(key: string): string | undefined {
    return (store.find(key) && store.held(key).hookUrl) ?? defaults.hookUrl;
  }

  /** Applies an action and records it in the ledger, even when it is refused. */
  function applyAndRecord(key: string, action: Action, by: 'hand' | 'script'): Change {
    const record = { at: time(), ...parseKey(key), action: action.action, by };
    try {
      const changed = change(key, (order) => applyAction(order, action, options));
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

  /** Applies a step of a script. A refusal is recorded in the ledger and not thrown. */
  function attempt(key: string, step: Action) {
    try {
      applyAndRecord(key, step, 'script');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  function recordOf({ lane, url, body }: HookMessage) {
    const { type } = (body['webhook'] ?? {}) as { type?: unknown };
    return { at: time(), ...parseKey(lane), type: typeof type === 'string' ? type : 'none', url, body };
  }

  function time() {
    return new Date(now()).toISOString();
  }

  return {
    store,
    ledger,
    courier,
    /** The settings of orders that have none of their own. */
    defaults,
    open,
    change,
    applyAndRecord,
    run,
    post,
    postText,
    patchFor,
    hookUrlOf,
    source: options as Source,
    time,
    /** Takes the fault that applies to this call: one of the order itself first. */
    faultFor(operation: Operation | ReadName, key: string | undefined): BridgerpayFault | undefined {
      const names = namesOf(operation);
      const own = key && store.find(key) && store.held(key).faults.take(...names);
      return own || defaults.faults.take(...names);
    },
    /** Removes everything. The owner clears the timers. */
    reset() {
      courier.reset();
      store.clear();
      ledger.clear();
      defaults.faults.set([]);
      defaults.patches.set([]);
      Object.assign(defaults, plain());
    },
  };
}

export type StateMachine = ReturnType<typeof createStateMachine>;

/** The names by which a fault or a patch can mean a call: `read` means every kind of read. */
function namesOf(operation: Operation | ReadName | 'hook'): string[] {
  return operation.startsWith('read.') ? [operation, 'read'] : [operation];
}

/** The parts of an order's key. The first colon ends the kind, which has none. */
export function parseKey(key: string): { kind: Kind; orderId: string } {
  const cut = key.indexOf(':');
  return { kind: key.slice(0, cut) as Kind, orderId: key.slice(cut + 1) };
}
