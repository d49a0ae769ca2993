import type { UpdateDefinition } from '@temporalio/common';
import * as wf from '@temporalio/workflow';
import { agendaOf, type ReadReason } from '../domain/order/agenda.ts';
import { isDecision, refusalOf, type Command, type Refusal } from '../domain/order/commands.ts';
import { stillHolding } from '../domain/escalation/ladder.ts';
import { explanationOf } from '../domain/order/explain.ts';
import type { Hint } from '../domain/order/hints.ts';
import { step, type Input } from '../domain/order/step.ts';
import type { Terms } from '../domain/money/payment.ts';
import { openOrder, type OrderStart, type OrderState } from '../domain/order/state.ts';
import { stepMetricsOf } from '../domain/order/step-metrics.ts';
import { timelineOf, viewOf } from '../domain/order/view.ts';
import {
  commandIn,
  commandNames,
  commands,
  type CommandAnswer,
  type CommandBody,
  type CommandEnvelope,
  type CommandName,
  type StillHolding,
} from './contract/commands.ts';
import { queries, signals, updates, type PaidTwiceBody } from './contract/messages.ts';
import { orderMemo, type OrderResult } from './contract/order-run.ts';
import { detailsOf } from './details.ts';
import { isHint, isPaidTwice, plainHint } from './contract/guards.ts';
import { LazyTimer } from './lazy-timer.ts';
import { OrderMetrics } from './order-metrics.ts';
import { Projection } from './projection.ts';
import { ProviderReads } from './provider-reads.ts';
import { reportReadEffect, tracesOf, type ReadEffect } from './traces.ts';

// Well below the 1,500 events that a history may have, so that a burst of hooks still fits.
const longestHistory = 1_000;

/** One order from its registration or first hook to its end. Hints and commands come in; this loop alone acts. */
export async function paymentOrder(start: OrderStart): Promise<OrderResult> {
  const run = new OrderRun(start);
  for (;;) {
    const next = agendaOf(run.state, Date.now());
    switch (next.do) {
      case 'read':
        await run.read(next.why);
        break;
      case 'wait':
        wf.setCurrentDetails(detailsOf(run.state, next));
        if (isLong()) {
          // Signals of one task count as unfinished until it ends, though the state has them already.
          await wf.condition(wf.allHandlersFinished);
          await continueFrom(run.state);
        }
        await run.wait(next.until, next.why);
        break;
      case 'close':
        wf.setCurrentDetails(detailsOf(run.state, next));
        return { order: viewOf(run.state), carry: run.state };
    }
  }
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = wf.workflowInfo();
  return historyLength > longestHistory || continueAsNewSuggested;
}

function continueFrom(state: OrderState): Promise<never> {
  const { identity, policy } = state;
  // Without it the next run would show the memo that this run was started with.
  const memo = { [orderMemo]: viewOf(state) };
  return wf.makeContinueAsNewFunc<typeof paymentOrder>({ memo })({ identity, policy, carry: state });
}

/** One run of an order: its state, the handlers that record, and the actions of the loop. */
class OrderRun {
  state: OrderState;
  readonly #timer = new LazyTimer();
  readonly #metrics: OrderMetrics;
  readonly #projection: Projection;
  readonly #reads: ProviderReads;
  /** Whether anything came in since the loop last waited. */
  #hasChanged = false;

  constructor(start: OrderStart) {
    this.state = openOrder(start, Date.now());
    this.#metrics = new OrderMetrics(start.identity);
    this.#projection = new Projection(this.state);
    this.#reads = new ProviderReads(start);
    // The definitions are also the options: the Temporal UI shows their descriptions.
    wf.setHandler(queries.order, () => viewOf(this.state), queries.order);
    wf.setHandler(queries.timeline, () => timelineOf(this.state), queries.timeline);
    wf.setHandler(queries.explanation, () => explanationOf(this.state, Date.now()), queries.explanation);
    for (const name of commandNames) this.#handleUpdate(name);
    wf.setHandler(signals.register, (terms) => this.#registerBySignal(terms), signals.register);
    wf.setHandler(signals.paidTwice, (body) => this.#receivePaidTwice(body), signals.paidTwice);
    // Last, since this call delivers the hints that were buffered before the first task.
    wf.setHandler(signals.hint, (hint) => this.#receiveHint(hint), signals.hint);
  }

  /** Reads the provider; a hint that comes in meanwhile is not covered, and brings one more read. */
  async read(why: ReadReason): Promise<void> {
    const traces = tracesOf(this.state.hints);
    this.#apply({ type: 'readStarted' });
    const { traceparent, ...result } = await this.#reads.read(this.state, why, traces);
    const before = this.state;
    const told = this.#apply({ type: 'readEnded', result, why });
    if (traceparent !== undefined) reportReadEffect(before, this.state, { traceparent, why, ...told });
    this.#show(why === 'hook' || why === 'command');
  }

  /** Waits until a time, or until a hint or a command may have changed what is next. */
  async wait(until: number | undefined, why: string): Promise<void> {
    if (until !== undefined) this.#timer.fireBy(until, Date.now(), why);
    await wf.condition(() => this.#hasChanged || (until !== undefined && this.#timer.hasFired));
    this.#hasChanged = false;
  }

  #receiveHint(hint: Hint): void {
    if (!isHint(hint)) return wf.log.warn('a signal that is no hint was ignored');
    // Not shown before the next read: until then the hint proves nothing.
    this.#apply({ type: 'hint', hint: plainHint(hint) });
  }

  #receivePaidTwice(body: PaidTwiceBody): void {
    if (!isPaidTwice(body)) return wf.log.warn('a signal that does not tell of paid orders was ignored');
    this.#apply({ type: 'paidTwice', ids: body.ids });
    this.#show(false);
  }

  #registerBySignal(terms: Terms): void {
    const command = commandIn('register', terms);
    if (!command) return wf.log.warn('a registration without terms was ignored');
    if (refusalOf(this.state, command, Date.now()))
      return wf.log.warn('a registration with other terms was ignored');
    this.#applyCommand(command, signals.register.name, '');
  }

  #handleUpdate<Name extends CommandName>(name: Name): void {
    const { description } = updates[name];
    const update: UpdateDefinition<CommandAnswer, [CommandEnvelope<CommandBody<Name>>]> = updates[name];
    wf.setHandler(update, (envelope) => this.#execute(envelope, commands[name].commandOf(envelope.body)), {
      description,
      validator: (envelope) => this.#validate(name, envelope),
    });
  }

  #execute({ key, hash }: CommandEnvelope<unknown>, command: Command): CommandAnswer {
    const earlier = this.#answered(key);
    const refusal = earlier ? undefined : refusalOf(this.state, command, Date.now());
    if (refusal && isDecision(command)) {
      // Refused here and not in the validator, which leaves no trace: the timeline names both people.
      this.#apply({ type: 'lateDecision', command, refusal });
      throw failureOf(refusal);
    }
    if (!earlier) this.#applyCommand(command, key, hash);
    const answer = { hash: earlier?.hash ?? hash, order: viewOf(this.state) };
    return command.type === 'resolveEscalation' ? { ...answer, stillHolding: this.#stillHolding() } : answer;
  }

  #validate(name: CommandName, envelope: Partial<CommandEnvelope<unknown>> | null | undefined): void {
    const { key, hash, body } = envelope ?? {};
    const command = commandIn(name, body);
    if (typeof key !== 'string' || typeof hash !== 'string' || !command) {
      throw wf.ApplicationFailure.nonRetryable('not a command', 'invalid_command');
    }
    const refusal = this.#answered(key) ? undefined : refusalOf(this.state, command, Date.now());
    if (refusal && !refusal.isTooLate) throw failureOf(refusal);
  }

  #stillHolding(): readonly StillHolding[] {
    return stillHolding(this.state.heldReasons).map(({ code, subject }) => ({ code, subject }));
  }

  #answered(key: string) {
    return this.state.answeredCommands.find((answer) => answer.key === key);
  }

  #applyCommand(command: Command, key: string, hash: string): void {
    this.#apply({ type: 'command', command, key, hash });
    this.#show(false);
  }

  /** Applies one input; returns its events and dispositions. */
  #apply(input: Input): Pick<ReadEffect, 'events' | 'dispositions'> {
    const before = this.state;
    const { state, events } = step(before, input, Date.now());
    const metrics = stepMetricsOf(before, input, state);
    this.state = state;
    this.#metrics.add(metrics);
    this.#hasChanged = true;
    return { events: events.map(({ type }) => type), dispositions: metrics.dispositions };
  }

  #show(isAwaited: boolean): void {
    this.state = this.#projection.show(this.state, isAwaited);
  }
}

function failureOf({ code, detail }: Refusal): wf.ApplicationFailure {
  return wf.ApplicationFailure.nonRetryable(detail, code);
}
