import { Refusal } from '../answers.ts';
import { createFaultList } from '../faults.ts';
import { type Courier, type HookMessage, createCourier } from '../hooks.ts';
import { plainPlan } from '../hooks-plan.ts';
import type { ProviderJournal } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Timers } from '../timers.ts';
import type { Action, Script } from './actions.ts';
import { plainBehaviour } from './behaviour.ts';
import { type CreateBody, createSession } from './create.ts';
import type { BriqpayFault, Operation, Patch } from './faults.ts';
import { hooksFor } from './hooks.ts';
import { createLedger } from './ledger.ts';
import { applyAction } from './apply-action.ts';
import { settleCapture, settleRefund } from './movements.ts';
import { type Change, type HookEvent, type Session, type Source, isoTime } from './session.ts';
import { createStore } from './store.ts';

export interface StateMachineOptions extends Source {
  random: Random;
  timers: Timers;
  retryMs: readonly number[];
  hookTimeoutMs: number;
  signingSecret?: string | undefined;
  /** Keeps the sessions across restarts; without it they end with the process. */
  journal?: ProviderJournal<Session> | undefined;
}

/** The only place where sessions change: it stores each change and sends the hooks of the change. */
export function createStateMachine(options: StateMachineOptions) {
  const { now, timers, signingSecret } = options;
  const store = createStore(now, options.journal);
  const ledger = createLedger();
  const faults = createFaultList<BriqpayFault>(now);
  const patches = createFaultList<Patch>(now);
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

  /** Applies a step to a session. A refused step changes nothing. */
  function change(id: string, step: (session: Session) => Change): Change {
    const changed = step(store.current(id));
    store.put(changed.session);
    for (const event of changed.hooks) announce(changed.session, event);
    return changed;
  }

  function announce(session: Session, event: HookEvent) {
    const plan = store.held(session.sessionId).plan ?? defaults.plan;
    const patch = patchFor('hook', session.sessionId);
    for (const hook of hooksFor(session, event, signing(), patch)) courier.send(hook, plan);
    const { settleAfterMs } = session.behaviour;
    if (event.status === 'pending' && settleAfterMs !== undefined)
      timers.after(settleAfterMs, () => settle(session.sessionId, event));
  }

  /** Settles a pending capture or refund, unless an action has settled it before. */
  function settle(id: string, { captureId, refundId }: HookEvent) {
    const { captures, refunds } = store.current(id);
    const approved = { status: 'approved', amount: undefined } as const;
    if (captures.some((entry) => entry.captureId === captureId && entry.status === 'pending'))
      change(id, (session) => settleCapture(session, { id: captureId, ...approved }));
    if (refunds.some((entry) => entry.refundId === refundId && entry.status === 'pending'))
      change(id, (session) => settleRefund(session, { id: refundId, ...approved }));
  }

  /** Applies an action and records it in the ledger, even when it is refused. */
  function applyAndRecord(id: string, action: Action, by: 'hand' | 'script'): Change {
    const record = { at: time(), sessionId: id, action: action.action, by };
    try {
      const changed = change(id, (session) => applyAction(session, action, options));
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

  /** Applies a step of a script. A refusal is recorded in the ledger and not thrown. */
  function attempt(id: string, step: Action) {
    try {
      applyAndRecord(id, step, 'script');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Takes the patch for this answer or hook: one of the session itself first. */
  function patchFor(operation: Patch['on'], id: string): Patch | undefined {
    const own = store.has(id) ? store.held(id).patches.take(operation) : undefined;
    return own ?? patches.take(operation);
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
    /** Faults, patches and settings for sessions that have none of their own. */
    faults,
    patches,
    defaults,
    open,
    change,
    applyAndRecord,
    run,
    signing,
    source: options,
    time,
    patchFor,
    /** Takes the fault that applies to this call: one of the session itself first. */
    faultFor(operation: Operation, id: string | undefined): BriqpayFault | undefined {
      const own = id !== undefined && store.has(id) ? store.held(id).faults.take(operation) : undefined;
      return own ?? faults.take(operation);
    },
    /** Removes everything. The owner clears the timers. */
    reset() {
      courier.reset();
      store.clear();
      ledger.clear();
      faults.set([]);
      patches.set([]);
      Object.assign(defaults, { behaviour: plainBehaviour, plan: plainPlan });
    },
  };
}

export type StateMachine = ReturnType<typeof createStateMachine>;
