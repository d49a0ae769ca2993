import { Refusal } from '../answers.ts';
import { createFaultList } from '../faults.ts';
import { type Courier, type HookMessage, createCourier } from '../hooks.ts';
import { plainPlan } from '../hooks-plan.ts';
import type { Memory } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Timers } from '../timers.ts';
import type { Action, Script } from './actions.ts';
import { plainBehaviour } from './behaviour.ts';
import { type CreateBody, createSession } from './create.ts';
import type { Fault, Operation } from './faults.ts';
import { hooksFor } from './hooks.ts';
import { createLedger } from './ledger.ts';
import { act } from './life.ts';
import { settleCapture, settleRefund } from './movements.ts';
import { type Change, type HookEvent, type Session, type Source, isoTime } from './session.ts';
import { createStore } from './store.ts';

export interface DeskOptions extends Source {
  random: Random;
  timers: Timers;
  retryMs: readonly number[];
  hookTimeoutMs: number;
  signingSecret?: string | undefined;
  /** Where sessions outlive the process; nowhere by default. */
  memory?: Memory<Session> | undefined;
}

/** The one place where sessions change: it keeps the change, and sends the hooks that it calls for. */
export function createDesk(options: DeskOptions) {
  const { now, timers, signingSecret } = options;
  const store = createStore(now, options.memory);
  const ledger = createLedger();
  const faults = createFaultList<Fault>();
  const defaults = { behaviour: plainBehaviour, plan: plainPlan };
  const courier: Courier = createCourier({
    timers,
    random: options.random,
    retryMs: options.retryMs,
    timeoutMs: options.hookTimeoutMs,
    onAttempt: (message, outcome) => ledger.deliveries.add({ ...recordOf(message), ...outcome }),
    onDrop: (message) => ledger.dropped.add(recordOf(message)),
  });

  function open(body: CreateBody, behaviour = defaults.behaviour): Session {
    const session = createSession(body, behaviour, options);
    store.put(session);
    run(session.sessionId, behaviour.script);
    return session;
  }

  /** Takes a session one step further; a step that refuses changes nothing. */
  function change(id: string, step: (session: Session) => Change): Change {
    const changed = step(store.current(id));
    store.put(changed.session);
    for (const event of changed.hooks) announce(changed.session, event);
    return changed;
  }

  function announce(session: Session, event: HookEvent) {
    const plan = store.held(session.sessionId).plan ?? defaults.plan;
    for (const hook of hooksFor(session, event, signing())) courier.send(hook, plan);
    const { settleAfterMs } = session.behaviour;
    if (event.status === 'pending' && settleAfterMs !== undefined)
      timers.after(settleAfterMs, () => settle(session.sessionId, event));
  }

  /** What was settled by hand in the meantime stays as it is. */
  function settle(id: string, { captureId, refundId }: HookEvent) {
    const { captures, refunds } = store.current(id);
    const approved = { status: 'approved', amount: undefined } as const;
    if (captures.some((entry) => entry.captureId === captureId && entry.status === 'pending'))
      change(id, (session) => settleCapture(session, { id: captureId, ...approved }));
    if (refunds.some((entry) => entry.refundId === refundId && entry.status === 'pending'))
      change(id, (session) => settleRefund(session, { id: refundId, ...approved }));
  }

  /** Performs one action and writes it down, also where it is refused. */
  function perform(id: string, action: Action, by: 'hand' | 'script'): Change {
    const record = { at: time(), sessionId: id, action: action.action, by };
    try {
      const changed = change(id, (session) => act(session, action, options));
      ledger.actions.add(record);
      return changed;
    } catch (error) {
      if (error instanceof Refusal) ledger.actions.add({ ...record, error: error.message });
      throw error;
    }
  }

  function run(id: string, script: Script) {
    for (const { afterMs, ...step } of script) timers.after(afterMs, () => attempt(id, step));
  }

  /** A script's refused step is in the ledger; nobody waits for its error. */
  function attempt(id: string, step: Action) {
    try {
      perform(id, step, 'script');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  function signing(at = now()) {
    return signingSecret === undefined ? undefined : { secret: signingSecret, at };
  }

  function recordOf({ lane, method, url, body }: HookMessage) {
    return { at: time(), sessionId: lane, method, url, body };
  }

  function time() {
    return isoTime(now());
  }

  return {
    store,
    ledger,
    courier,
    /** Faults and settings that hold where a session has none of its own. */
    faults,
    defaults,
    open,
    change,
    perform,
    run,
    signing,
    source: options,
    time,
    /** The fault that strikes this call: the session's own first. */
    faultFor(operation: Operation, id: string | undefined): Fault | undefined {
      const own = id !== undefined && store.has(id) ? store.held(id).faults.take(operation) : undefined;
      return own ?? faults.take(operation);
    },
    /** As new; the owner clears the timers. */
    reset() {
      courier.reset();
      store.clear();
      ledger.clear();
      faults.set([]);
      Object.assign(defaults, { behaviour: plainBehaviour, plan: plainPlan });
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;
